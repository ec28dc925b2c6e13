//! The program as a user or a script sees it.

use std::fs;
use std::path::PathBuf;
use std::process::{self, Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::runtime::Runtime;

const ROWS: &str = r#"{
    "channels": [ { "id": "ch-1", "name": "One" } ],
    "contents": [
        { "id": "ct-1", "channel_id": "ch-1", "title": "t", "image_url": "https://i.example/1", "language": "en",
          "landing_url": "https://l.example/1", "published_at": "2026-11-01T00:00:00Z", "quality_ppm": 1000000 },
        { "id": "ct-2", "channel_id": "ch-1", "title": "t", "image_url": "https://i.example/2", "language": "en",
          "landing_url": "https://l.example/2", "published_at": "2026-11-01T00:00:00Z", "quality_ppm": 1000000,
          "not known yet": [ 1.50, "a b" ] }
    ]
}"#;

/// A `DynamoDB`, and a folder for files of rows.
struct World {
    runtime: Runtime,
    endpoint_url: String,
    folder: PathBuf,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl World {
    fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("lockfill-catalog-cli-{}-{number}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let runtime = Runtime::new().unwrap();
        let endpoint_url = runtime.block_on(local_dynamodb::start()).unwrap();
        Self { runtime, endpoint_url, folder }
    }

    /// A world with the table.
    fn with_table() -> Self {
        let world = Self::new();
        assert_eq!(world.output_of(&["create-table"]), "created table catalog\n");
        world
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_catalog-cli"))
            .args(arguments)
            .env_clear()
            .env("LOCKFILL_CATALOG_TABLE", "catalog")
            .env("AWS_ENDPOINT_URL", &self.endpoint_url)
            .env("AWS_REGION", "local")
            .env("AWS_ACCESS_KEY_ID", "local")
            .env("AWS_SECRET_ACCESS_KEY", "local")
            .output()
            .unwrap()
    }

    /// The standard output of a successful run.
    fn output_of(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    }

    /// The one line on standard error of a failed run.
    fn error_of(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), said.lines().count()), (Some(1), 1), "{said}");
        said.trim_end().to_owned()
    }

    fn file(&self, json: &str) -> String {
        let file = self.folder.join("rows.json");
        fs::write(&file, json).unwrap();
        file.display().to_string()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_catalog_is_published_shown_replaced_and_rolled_back() {
    let world = World::with_table();
    assert_eq!(world.output_of(&["create-table"]), "table catalog exists\n");
    assert_eq!(world.output_of(&["show"]), "nothing is published yet\n");
    let rows = world.file(ROWS);
    assert_eq!(world.output_of(&["publish", &rows]), "published version 1: 1 channel, 2 contents\n");
    let shown = world.output_of(&["show"]);
    assert!(shown.starts_with("version 1, published at 2"), "{shown}");
    assert!(shown.ends_with("Z: 1 channel, 2 contents\n"), "{shown}");
    let nothing = world.file("{}");
    assert_eq!(world.output_of(&["publish", &nothing]), "published version 2: no rows\n");
    assert_eq!(
        world.output_of(&["rollback", "1"]),
        "published version 3, the rows of version 1 again: 1 channel, 2 contents\n"
    );
    assert!(world.output_of(&["show"]).starts_with("version 3, "));
}

#[test]
fn a_row_is_published_as_it_is_written_except_for_white_space() {
    let world = World::with_table();
    world.output_of(&["publish", &world.file(ROWS)]);
    world.output_of(&["publish", &world.file("{}")]);
    world.output_of(&["rollback", "1"]);
    let store = lockfill_dao_dynamodb::DynamoDbCatalog::connect_locally("catalog", &world.endpoint_url);
    let rows = world.runtime.block_on(crate::local::rows_of(&store, 3));
    assert!(
        rows["content"]["ct-2"].ends_with(r#""quality_ppm":1000000,"not known yet":[1.50,"a b"]}"#),
        "{}",
        rows["content"]["ct-2"]
    );
}

#[test]
fn rows_that_cannot_be_served_are_refused_with_the_row_and_the_problem() {
    let world = World::with_table();
    let refusals = [
        (r#"{"channels":[{"id":"ch-1"}]}"#, r#"channel "ch-1": missing field `name`"#),
        (r#"{"channels":[{"name":"x"}]}"#, "channels[0]: there is no id"),
        (r#"{"channel":[]}"#, r#""channel" is no kind of rows"#),
        (&ROWS.replace("\"ch-1\", \"name\"", "\"ch-2\", \"name\""), r#"content "ct-1": there is no channel"#),
        (
            &ROWS.replace("https://l.example/2", "http://l.example/2"),
            r#"content "ct-2": landing_url must be"#,
        ),
        ("{", "not lists of rows"),
    ];
    for (json, expected) in refusals {
        let file = world.file(json);
        let said = world.error_of(&["publish", &file]);
        assert!(said.starts_with(&format!("catalog-cli: {file}: {expected}")), "{said}");
    }
    assert_eq!(world.output_of(&["show"]), "nothing is published yet\n");
}

#[test]
fn each_of_several_publishers_at_once_publishes_a_version_or_prints_the_next_step() {
    let world = World::with_table();
    let file = world.file(ROWS);
    let outputs: Vec<_> = std::thread::scope(|scope| {
        let publishers: Vec<_> =
            (0..4).map(|_| scope.spawn(|| world.run(&["publish", file.as_str()]))).collect();
        publishers.into_iter().map(|publisher| publisher.join().unwrap()).collect()
    });
    let published = outputs.iter().filter(|output| output.status.success()).count();
    assert!(published >= 1);
    assert!(world.output_of(&["show"]).starts_with(&format!("version {published}, ")));
    for output in outputs.iter().filter(|output| !output.status.success()) {
        let said = text(&output.stderr);
        assert!(said.starts_with("catalog-cli: nothing was published: "), "{said}");
        assert!(said.contains("catalog-cli show") && said.lines().count() == 1, "{said}");
    }
}

#[test]
fn something_missing_is_one_line_that_names_it() {
    let world = World::new();
    assert_eq!(world.error_of(&["show"]), "catalog-cli: DynamoDB is unavailable: there is no such table");
    assert_eq!(
        world.error_of(&["show", "--table", ""]),
        "catalog-cli: name the table: set LOCKFILL_CATALOG_TABLE, or pass --table"
    );
    assert!(world.error_of(&["publish", "/nowhere.json"]).contains("/nowhere.json: No such file"));
    world.output_of(&["create-table"]);
    assert_eq!(world.error_of(&["rollback", "1"]), "catalog-cli: nothing is published yet");
    world.output_of(&["publish", &world.file(ROWS)]);
    assert!(world.error_of(&["rollback", "1"]).contains("version 1 is the last one"));
}

#[test]
fn the_help_names_the_commands_and_the_variables() {
    let said = World::new().output_of(&["--help"]);
    for word in ["create-table", "publish", "show", "rollback", "LOCKFILL_CATALOG_TABLE", "AWS_REGION"] {
        assert!(said.contains(word), "{word} is missing in: {said}");
    }
}
