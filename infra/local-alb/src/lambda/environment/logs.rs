//! The output of functions, line by line, with the logical id in front.

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};

use super::colors;
use crate::system;

/// A longer line is cut into pieces of this many bytes.
const LINE_MAX: usize = 16 * 1024;

/// Forwards a stream until it ends.
pub(super) fn forward(stream: impl AsyncRead + Send + Unpin + 'static, id: &str) {
    let id = id.to_owned();
    tokio::spawn(async move {
        let mut reader = BufReader::new(stream);
        let mut line: Vec<u8> = Vec::new();
        while let Ok(chunk) = reader.fill_buf().await {
            if chunk.is_empty() {
                break;
            }
            let end = chunk.iter().position(|byte| *byte == b'\n');
            let wanted = end.unwrap_or(chunk.len()).min(LINE_MAX - line.len());
            line.extend_from_slice(&chunk[..wanted]);
            let complete = end == Some(wanted);
            reader.consume(wanted + usize::from(complete));
            if complete || line.len() >= LINE_MAX {
                take(&id, &mut line);
            }
        }
        if !line.is_empty() {
            take(&id, &mut line);
        }
    });
}

fn take(id: &str, line: &mut Vec<u8>) {
    let text = String::from_utf8_lossy(line);
    emit(id, text.trim_end_matches('\r'));
    line.clear();
}

/// Writes a line of a function, or about one of its invocations.
pub(super) fn emit(id: &str, text: &str) {
    system::log(&colors::line(id, text, system::is_colored()));
}
