//! Configuration files.

use candor::cli::{Cli, check_configuration};
use clap::{Command, CommandFactory as _};
use proptest::prelude::*;
use proptest::sample::select;

use crate::{config, reached};

/// The file is settings or a sentence on one line.
pub fn check(bytes: &[u8]) {
    thread_local!(static COMMAND: Command = Cli::command());
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(problem) = COMMAND.with(|command| check_configuration(command, text)) {
        assert!(problem.ends_with(['.', '?']) && !problem.contains('\n'), "{problem:?}");
    }
}

const KEYS: &[&str] = &[
    "listen",
    "max_text_bytes",
    "max_batch_articles",
    "web_origin",
    "client_name",
    "reflection",
    "drain_delay",
    "reload_interval",
    "trace_ratio",
    "allow_insecure",
    "api_keys",
    "admin_listen",
    "max_deadline",
    "tls_cert",
    "otlp_endpoint",
    "config",
    "lisen",
    "\"listen\"",
    "server.listen",
];

const VALUES: &[&str] = &[
    "true",
    "false",
    "0",
    "1",
    "-1",
    "64",
    "0.5",
    "nan",
    "-inf",
    "1e400",
    "9223372036854775808",
    "\"\"",
    "\"5s\"",
    "\"1h 5m\"",
    "\"-1ms\"",
    "\"127.0.0.1:0\"",
    "\"[::1]:99999\"",
    "\"https://desk.example\"",
    "\"--listen\"",
    "\"a\\nb\"",
    "\"\"\"\nb\"\"\"",
    "[]",
    "[\"a\", \"b\"]",
    "[[1]]",
    "{ a = 1 }",
    "2026-02-30",
    "2026-03-01T07:32:00Z",
    "",
];

fn line() -> impl Strategy<Value = String> {
    let whole = (select(KEYS), select(VALUES)).prop_map(|(key, value)| format!("{key} = {value}\n"));
    let odd = "([a-z_]{1,8}) ?=? ?([0-9]{1,25}|\"[^\"]{0,9}\"|\\[[^\\]]{0,9}\\]|\\PC{0,9})\\n?";
    prop_oneof![4 => whole, 2 => odd, 1 => Just("[server]\n".to_owned()), 1 => "\\PC{0,30}"]
}

#[test]
fn some_files_are_settings_and_some_are_not() {
    let command = Cli::command();
    let settings = reached(line(), |line| check_configuration(&command, &line).is_ok());
    assert!((20..300).contains(&settings), "{settings} of 400");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_file_is_settings_or_a_sentence(lines in prop::collection::vec(line(), 0..5)) {
        check(lines.concat().as_bytes());
    }
}
