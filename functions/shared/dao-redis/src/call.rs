//! What is asked about one user: a command, or a script that a node may have to be told first.

use lockfill_dao::UserKey;
use redis::aio::{ConnectionLike, MultiplexedConnection};
use redis::{Arg, Cmd, ErrorKind, Pipeline, RedisError, Script, Value};

use crate::slots::slot_of;

/// A command whose keys all belong to one user.
pub(crate) struct Call<'a> {
    slot: u16,
    command: Cmd,
    /// What the command's script is, if it runs one.
    script: Option<&'a str>,
}

impl<'a> Call<'a> {
    /// A command about a user; its keys and arguments are the caller's concern.
    pub(crate) fn command(user: &UserKey, command: Cmd) -> Self {
        Self { slot: slot_of(user.as_str().as_bytes()), command, script: None }
    }

    /// A script about a user, with those keys. Arguments are added by `arguments`.
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

    /// Sends the call and gives the answer. `is_asking` tells a node that is about to take over the slot
    /// that the call was sent there by the one that has it.
    pub(crate) async fn send(
        &self,
        connection: &mut MultiplexedConnection,
        is_asking: bool,
    ) -> Result<Value, RedisError> {
        match (send(connection, &self.command, is_asking).await, self.script) {
            (Err(error), Some(source)) if error.code() == Some("NOSCRIPT") => {
                send(connection, &self.spelled_out(source), is_asking).await
            }
            (result, _) => result,
        }
    }

    /// The same call with the whole script in the place of its digest, for which a node remembers it.
    fn spelled_out(&self, source: &str) -> Cmd {
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
    // In one piece: the word counts for the next command on the connection, whoever sends it.
    let mut both = Pipeline::with_capacity(2);
    both.cmd("ASKING").add_command(command.clone());
    match connection.req_packed_commands(&both, 1, 1).await?.pop() {
        Some(answer) => answer.extract_error(),
        None => Err((ErrorKind::UnexpectedReturnType, "no answer to a call").into()),
    }
}
