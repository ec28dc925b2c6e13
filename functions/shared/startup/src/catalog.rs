//! The function `catalog`. It has a start of its own, so that no other function contains the compiler.

use std::process::ExitCode;
use std::sync::Arc;

use lambda_runtime::{Diagnostic, Error, LambdaEvent, service_fn};
use lockfill_dao_dynamodb::DynamoDbCatalog;
use lockfill_http::{Catalogs, FunctionError, RequestLine};
use lockfill_services::CompilationService;
use serde_json::value::RawValue;

use crate::function::{exit_code, variable};
use crate::logs;
use crate::plain_http;
use crate::serving::logged;
use crate::settings::{CatalogSettings, Serving};

/// Serves invocations of the function `catalog` until the environment is shut down. Where there is no Lambda runtime,
/// serves the Invoke API's path at `LOCKFILL_HTTP_ADDRESS`, which must not be one that clients reach.
///
/// A function that cannot start logs the reason on one line and exits with code 1.
pub async fn run_catalog() -> ExitCode {
    logs::init(variable);
    exit_code(start().await)
}

async fn start() -> Result<(), Error> {
    let settings = CatalogSettings::read(variable)?;
    let endpoint_url = settings.dynamodb_endpoint_url.as_deref();
    let store = DynamoDbCatalog::connect(&settings.catalog_table, endpoint_url).await;
    let controller = Arc::new(Catalogs::new(CompilationService::new(store)));
    match settings.serving {
        Serving::Lambda => serve_invocations(&controller).await,
        Serving::Http(address) => {
            let handle = move |request| {
                let controller = Arc::clone(&controller);
                logged(RequestLine::of(&request), async move { controller.handle(request).await })
            };
            plain_http::serve(address, handle).await
        }
    }
}

/// Answers each invocation. The payload stays text until the controller reads it: the runtime fails an invocation that
/// it cannot read.
async fn serve_invocations(controller: &Catalogs<CompilationService<DynamoDbCatalog>>) -> Result<(), Error> {
    let service = service_fn(async |invocation: LambdaEvent<Box<RawValue>>| {
        // Boxed, because the futures around it would all be as large.
        Box::pin(controller.invoke(invocation.payload.get())).await.map_err(diagnostic)
    });
    lambda_runtime::run(service).await
}

fn diagnostic(error: FunctionError) -> Diagnostic {
    let FunctionError { error_type, error_message } = error;
    Diagnostic { error_type: error_type.to_owned(), error_message }
}
