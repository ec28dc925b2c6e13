//! Commands, or a script, about one slot. A node that does not know a script yet receives its source.

use std::sync::Mutex;

use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{Arg, Cmd, ErrorKind, Pipeline, RedisError, Script, Value};

use crate::locking::lock;

/// A second command, and the answers of both as far as nodes have given them: while a slot moves, each of two keys may
/// be on another node.
struct Second {
    command: Cmd,
    answers: Mutex<[Option<Value>; 2]>,
}

/// One command, or two in one round trip, whose keys all belong to one slot.
pub(crate) struct Call<'a> {
    slot: u16,
    command: Cmd,
    second: Option<Second>,
    /// The source of the script, if the command runs one.
    script: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A command about a slot. The caller adds keys, all of this slot, and arguments.
    pub(crate) fn in_slot(slot: u16, command: Cmd) -> Self {
        Self { slot, command, second: None, script: None }
    }

    /// The same with a second command about the same slot. The answer is a list of both answers.
    pub(crate) fn and(self, command: Cmd) -> Self {
        Self { second: Some(Second { command, answers: Mutex::default() }), ..self }
    }

    /// A script about a slot with `keys`. The function `arguments` adds the arguments.
    pub(crate) fn script(
        slot: u16,
        (script, source): (&Script, &'a str),
        keys: &[String],
        arguments: impl FnOnce(&mut Cmd),
    ) -> Self {
        let mut command = redis::cmd("EVALSHA");
        command.arg(script.get_hash()).arg(keys.len()).arg(keys);
        arguments(&mut command);
        Self { script: Some(source), ..Self::in_slot(slot, command) }
    }

    /// The slot of the user's keys.
    pub(crate) fn slot(&self) -> u16 {
        self.slot
    }

    /// Sends the call and returns the answer. `is_asking` marks a call that the owner of the slot has redirected
    /// (`ASK`) to a node that is importing the slot.
    pub(crate) async fn send(
        &self,
        connection: &mut MultiplexedConnection,
        is_asking: bool,
    ) -> Result<Value, RedisError> {
        if let Some(second) = &self.second {
            return self.send_both(second, connection, is_asking).await;
        }
        match (send(connection, &self.command, is_asking).await, self.script) {
            (Err(error), Some(source)) if error.code() == Some("NOSCRIPT") => {
                send(connection, &self.with_source(source), is_asking).await
            }
            (result, _) => result,
        }
    }

    /// Sends those of both commands that have no answer yet, in one pipeline.
    async fn send_both(
        &self,
        second: &Second,
        connection: &mut MultiplexedConnection,
        is_asking: bool,
    ) -> Result<Value, RedisError> {
        let is_open = lock(&second.answers).each_ref().map(Option::is_none);
        let mut pipeline = Pipeline::with_capacity(4);
        for command in [&self.command, &second.command]
            .into_iter()
            .zip(is_open)
            .filter_map(|(it, open)| open.then_some(it))
        {
            if is_asking {
                pipeline.cmd("ASKING");
            }
            pipeline.add_command(command.clone());
        }
        let count = pipeline.len();
        let mut results = connection.req_packed_commands(&pipeline, 0, count).await?.into_iter();
        let mut answers = lock(&second.answers);
        let mut failed = Ok(());
        for (answer, _) in answers.iter_mut().zip(is_open).filter(|(_, open)| *open) {
            if is_asking {
                results.next();
            }
            match results.next().map(Value::extract_error) {
                Some(Ok(value)) => *answer = Some(value),
                Some(Err(error)) => failed = failed.and(Err(error)),
                None => {
                    failed = failed.and(Err((ErrorKind::UnexpectedReturnType, "no answer to a call").into()));
                }
            }
        }
        failed?;
        Ok(Value::Array(answers.iter().flatten().cloned().collect()))
    }

    /// The same call with the script's source instead of its digest. The node remembers the script afterwards.
    fn with_source(&self, source: &str) -> Cmd {
        let mut command = redis::cmd("EVAL");
        command.arg(source);
        for argument in self.command.args_iter().skip(2) {
            if let Arg::Simple(bytes) = argument {
                command.arg(bytes);
            }
        }
        command
    }
}

async fn send(
    connection: &mut MultiplexedConnection,
    command: &Cmd,
    is_asking: bool,
) -> Result<Value, RedisError> {
    if !is_asking {
        return connection.req_packed_command(command).await?.extract_error();
    }
    // One pipeline: ASKING applies to the next command on the connection, and operations share connections.
    let mut both = Pipeline::with_capacity(2);
    both.cmd("ASKING").add_command(command.clone());
    match connection.req_packed_commands(&both, 1, 1).await?.pop() {
        Some(answer) => answer.extract_error(),
        None => Err((ErrorKind::UnexpectedReturnType, "no answer to a call").into()),
    }
}
