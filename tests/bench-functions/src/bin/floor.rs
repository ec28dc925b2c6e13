//! A function that asks Redis about one user, decides nothing, and answers a document as long as ten slots.
//!
//! `LOCKFILL_REDIS_URL` names the server, as for the deployed functions.

use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use lambda_runtime::Error;
use lockfill_bench_functions::{answer, variable};
use lockfill_dao::{UserKey, UserStateReader};
use lockfill_dao_redis::RedisUsers;
use lockfill_startup::{Serving, serve};

/// Ten slots, as long as the function `ads` answers for usual texts.
const DOCUMENT: &str = include_str!("../answer.json");
/// The deadline of the deployed functions.
const REDIS_DEADLINE: Duration = Duration::from_millis(10);

#[expect(clippy::disallowed_methods, reason = "the store's clock, as the deployed functions have it")]
fn now() -> Timestamp {
    Timestamp::now()
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let serving = Serving::read(variable)?;
    let url = variable("LOCKFILL_REDIS_URL").ok_or("LOCKFILL_REDIS_URL is not set")?;
    let users = Arc::new(RedisUsers::with_wall_clock(&url, REDIS_DEADLINE, now)?);
    users.connect().await;
    let user = Arc::new(UserKey::from_digest("floor".to_owned()));
    serve(serving, move |_, _| {
        let (users, user) = (Arc::clone(&users), Arc::clone(&user));
        async move {
            let is_read = users.load(&user).await.is_ok();
            let mut response = answer(DOCUMENT);
            if !is_read {
                // A benchmark of a floor without Redis measures something else, and sees so in the status.
                *response.status_mut() = lambda_http::http::StatusCode::SERVICE_UNAVAILABLE;
            }
            response
        }
    })
    .await
}
