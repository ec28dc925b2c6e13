//! The command line.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::routing::{DefaultAction, Protocol};

const EXAMPLE: &str = "\
Example: a template with a function BookFunction behind /books/*, and a default rule for the rest:

  local-alb serve --template template.yaml \\
      --function BookFunction=exec:target/lambda/books/bootstrap \\
      --target WebTargetGroup=http://127.0.0.1:8000

A Python handler runs with a program of two lines in its folder (pip install awslambdaric):

  #!/bin/sh
  cd \"$LAMBDA_TASK_ROOT\" && exec python3 -m awslambdaric \"$_HANDLER\"

A Node handler runs with examples/handlers/node/bootstrap of local-alb, which needs no package.

It prints \"local-alb: listening on http://127.0.0.1:8080\" when it is ready, then the rules. Each request
is a line on stderr (without its query); so is each line that a function writes. Ctrl-C ends it, and every
function with it.";

/// An Application Load Balancer on your machine, as your SAM or CloudFormation template describes it.
#[derive(Debug, Parser)]
#[command(name = "local-alb", version, after_help = EXAMPLE)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the listeners of a template.
    #[command(after_long_help = EXAMPLE)]
    Serve(Box<ServeArgs>),
    /// Show the rules of a template in the order in which they are tried.
    Routes(RoutesArgs),
    /// Show which rule takes a request, and why the rules before it do not.
    Explain(ExplainArgs),
    /// Look for mistakes: limits, rules that can never match, functions without a permission.
    ///
    /// The exit status is 1 if there are errors; warnings alone are 0.
    Check(RoutesArgs),
    /// Write the routing of a template as the configuration of another program.
    #[command(subcommand)]
    Export(Export),
    /// Internal: becomes a function's program, and ends when the parent process ends.
    #[command(name = crate::lambda::environment::SUBCOMMAND, hide = true)]
    BecomeEnvironment {
        /// The process id of the parent.
        parent: u32,
        /// The program.
        program: PathBuf,
    },
}

/// The programs that the routing can be written for.
#[derive(Debug, Subcommand)]
pub enum Export {
    /// nginx: a file for its `http` block, on stdout.
    ///
    /// A construct that nginx cannot express is an error; one that nginx does differently is a warning, and a comment
    /// in the file. A `--target` may also name a function by its logical id: a server must answer plain HTTP there.
    /// Functions without a `--target` are expected at 127.0.0.1:9001 and the ports after it, in the order of their
    /// names.
    Nginx(ExportNginxArgs),
}

/// The options of `export nginx`.
#[derive(Debug, Args)]
pub struct ExportNginxArgs {
    /// The template, in place of `--template`.
    #[arg(value_name = "FILE", conflicts_with = "template")]
    pub file: Option<PathBuf>,
    /// The template.
    #[command(flatten)]
    pub template: TemplateArgs,
    /// The address to listen on. The default is the port of the template's listener, on all addresses.
    #[arg(long, value_name = "[LISTENER=]ADDR", value_parser = listen)]
    pub listen: Vec<Listen>,
    /// The options for HTTPS listeners.
    #[command(flatten)]
    pub tls: TlsArgs,
}

/// The options for HTTPS listeners, of `serve` and `export nginx`.
#[derive(Debug, Args)]
pub struct TlsArgs {
    /// The certificate of HTTPS listeners, PEM, with its chain. Without it `serve` makes a self-signed one for the
    /// run; `export nginx` needs it.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key of the certificate, PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Serve HTTPS listeners as plain HTTP.
    #[arg(long, conflicts_with = "tls_cert")]
    pub plain_http: bool,
}

/// The options that give a template its values.
#[derive(Debug, Args)]
pub struct TemplateArgs {
    /// The SAM or `CloudFormation` template, YAML or JSON.
    #[arg(short, long, value_name = "FILE", default_value = "template.yaml")]
    pub template: PathBuf,
    /// A value for a parameter of the template, or for a pseudo parameter such as `AWS::Region`.
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = pair)]
    pub parameters: Vec<(String, String)>,
    /// A value for `Fn::ImportValue` of this export.
    #[arg(long = "import", value_name = "EXPORT=VALUE", value_parser = pair)]
    pub imports: Vec<(String, String)>,
    /// A value for an attribute that only AWS knows (`Fn::GetAtt`), such as one of a custom resource.
    #[arg(long = "attribute", value_name = "RESOURCE.ATTRIBUTE=VALUE", value_parser = pair)]
    pub attributes: Vec<(String, String)>,
    /// Take the parameters, the region and the stack's name from this environment of `samconfig.toml`. Values of
    /// `--parameter` win over these.
    #[arg(long, value_name = "NAME")]
    pub config_env: Option<String>,
    /// The configuration file. The default is `samconfig.toml` next to the template.
    #[arg(long, value_name = "FILE")]
    pub config_file: Option<PathBuf>,
    /// Only this listener: its logical id, or the parameter, the export or the attribute (`RESOURCE.ATTRIBUTE`) that
    /// holds the ARN of another stack's.
    #[arg(long, value_name = "LISTENER")]
    pub listener: Option<String>,
    /// The protocol of a listener of another stack, HTTP or HTTPS. Without this option it is HTTP.
    #[arg(long = "listener-protocol", value_name = "LISTENER=PROTOCOL", value_parser = of_listener::<Protocol>)]
    pub listener_protocols: Vec<(String, Protocol)>,
    /// The default action of a listener of another stack: the status of a fixed response, or a target group, by its
    /// logical id or its name of `--target`. Without this option it is a 503.
    #[arg(long = "listener-default", value_name = "LISTENER=STATUS|GROUP", value_parser = of_listener::<DefaultAction>)]
    pub listener_defaults: Vec<(String, DefaultAction)>,
    /// The HTTP server behind a target group of type ip or instance, or of another stack: then the name is the
    /// parameter, the export or the attribute that holds its ARN, or the ARN. Given again for the same group, it adds a
    /// server.
    #[arg(long = "target", value_name = "LOGICAL_ID=URL", value_parser = pair)]
    pub targets: Vec<(String, String)>,
    /// Let every request pass where a rule would authenticate it (authenticate-cognito, authenticate-oidc,
    /// jwt-validation). Without this such a rule is an error.
    #[arg(long)]
    pub allow_unauthenticated: bool,
}

/// The options of `routes` and `check`.
#[derive(Debug, Args)]
pub struct RoutesArgs {
    /// The template, in place of `--template`.
    #[arg(value_name = "FILE", conflicts_with = "template")]
    pub file: Option<PathBuf>,
    /// The template.
    #[command(flatten)]
    pub template: TemplateArgs,
}

/// The options of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The template.
    #[command(flatten)]
    pub template: TemplateArgs,
    /// The request's method.
    pub method: String,
    /// The request's URL, or only its path and query.
    pub url: String,
    /// A header of the request.
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// The address that the request comes from.
    #[arg(long, value_name = "IP", default_value = "127.0.0.1")]
    pub source_ip: IpAddr,
}

/// The options of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// The template, in place of `--template`.
    #[arg(value_name = "FILE", conflicts_with = "template")]
    pub file: Option<PathBuf>,
    /// The template.
    #[command(flatten)]
    pub template: TemplateArgs,
    /// Environment variables of the functions, as JSON: {"Parameters": {"FOR": "all"}, "BookFunction":
    /// {"FOR": "one"}}. They override the variables of the template, and are set even if the template lacks them.
    #[arg(long, value_name = "FILE")]
    pub env_vars: Option<PathBuf>,
    /// The address to listen on. The default is 127.0.0.1:8080. Port 0 takes a free port. Of several listeners the
    /// named ones are served; without `--listen` all are, each on a free port.
    #[arg(long, value_name = "[LISTENER=]ADDR", value_parser = listen)]
    pub listen: Vec<Listen>,
    /// Where a function runs. A function of another stack is named by the parameter, the export or the attribute that
    /// holds its ARN, or by the ARN. SPEC is `exec:PATH`, a program (a custom runtime's bootstrap) that is run here, or
    /// the Lambda Invoke URL of another tool, `http://HOST:PORT/2015-03-31/functions/NAME/invocations`.
    #[arg(long = "function", value_name = "LOGICAL_ID=SPEC", value_parser = pair)]
    pub functions: Vec<(String, String)>,
    /// Offer Lambda's Invoke API at this address, for every function with a `--function`, also one that no rule forwards
    /// to. Port 0 takes a free port. The API asks for no credentials: leave it on 127.0.0.1.
    #[arg(long, value_name = "ADDR")]
    pub invoke_address: Option<SocketAddr>,
    /// The options for HTTPS listeners.
    #[command(flatten)]
    pub tls: TlsArgs,
    /// Append a line per request to this file, in the format of AWS's access logs. It holds the addresses of
    /// clients, whole paths and the queries of requests; only the file's owner can read it.
    #[arg(long, value_name = "FILE")]
    pub access_log: Option<PathBuf>,
    /// Run the health checks of all target groups. Without this, only groups with several targets are checked.
    #[arg(long)]
    pub health_checks: bool,
    /// Seconds from one health check to the next, instead of the template's interval.
    #[arg(long, value_name = "SECONDS", value_parser = interval)]
    pub health_check_interval: Option<Duration>,
    /// The most execution environments of one function at a time; more requests wait in the order of arrival.
    #[arg(long, value_name = "N", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub max_environments: u16,
    /// Let idle environments run, instead of freezing them between requests as Lambda does.
    #[arg(long)]
    pub no_freeze: bool,
    /// Do not reload the template, its files and the functions' programs when they change.
    #[arg(long)]
    pub no_reload: bool,
}

impl RoutesArgs {
    /// The same options, with the template where the argument names it.
    #[must_use]
    pub fn with_file(mut self) -> Self {
        self.template.set_file(self.file.take());
        self
    }
}

impl ServeArgs {
    /// The same options, with the template where the argument names it.
    #[must_use]
    pub fn with_file(mut self) -> Self {
        self.template.set_file(self.file.take());
        self
    }
}

impl ExportNginxArgs {
    /// The same options, with the template where the argument names it.
    #[must_use]
    pub fn with_file(mut self) -> Self {
        self.template.set_file(self.file.take());
        self
    }
}

impl TemplateArgs {
    fn set_file(&mut self, file: Option<PathBuf>) {
        if let Some(file) = file {
            self.template = file;
        }
    }
}

fn interval(text: &str) -> Result<Duration, String> {
    let seconds = text.parse::<f64>().ok().filter(|seconds| (0.1..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "it must be 0.1 to 3600 seconds".to_owned())
}

/// A value of `--listen`.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The listener, if the option names one.
    pub listener: Option<String>,
    /// The address to listen on.
    pub address: SocketAddr,
}

fn listen(text: &str) -> Result<Listen, String> {
    let (listener, address) = match text.rsplit_once('=') {
        Some((listener, address)) => (Some(listener.to_owned()), address),
        None => (None, text),
    };
    let address = address.parse().map_err(|_| format!("{address} is not of the form IP:PORT"))?;
    Ok(Listen { listener, address })
}

/// A value for a listener. An ARN has no `=`.
fn of_listener<T: FromStr<Err = String>>(text: &str) -> Result<(String, T), String> {
    let (name, value) = pair(text)?;
    Ok((name, value.parse()?))
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("it must be of the form NAME=VALUE".to_owned()),
    }
}
