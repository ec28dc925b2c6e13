//! One command or script about one user. A node that does not know a script yet receives its source.

use lockfill_dao::UserKey;
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{Arg, Cmd, ErrorKind, Pipeline, RedisError, Script, Value};

use crate::slots::slot_of;

/// A command whose keys all belong to one user.
pub(crate) struct Call<'a> {
    slot: u16,
    command: Cmd,
    /// The source of the script, if the command runs one.
    script: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A command about a user. The caller adds keys, all of this user, and arguments.
    pub(crate) fn command(user: &UserKey, command: Cmd) -> Self {
        Self { slot: slot_of(user.as_str().as_bytes()), command, script: None }
    }

    /// A script about a user with `keys`. The function `arguments` adds the arguments.
    pub(crate) fn script(
        user: &UserKey,
        (script, source): (&Script, &'a str),
        keys: &[String],
        arguments: impl FnOnce(&mut Cmd),
    ) -> Self {
        let mut command = redis::cmd("EVALSHA");
        command.arg(script.get_hash()).arg(keys.len()).arg(keys);
        arguments(&mut command);
        Self { script: Some(source), ..Self::command(user, command) }
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
        match (send(connection, &self.command, is_asking).await, self.script) {
            (Err(error), Some(source)) if error.code() == Some("NOSCRIPT") => {
                send(connection, &self.with_source(source), is_asking).await
            }
            (result, _) => result,
        }
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
