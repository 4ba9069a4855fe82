//! The tables of docs/operations.md are what the program says of itself. `UPDATE_DOCS=1 cargo test --test server_docs`
//! renews them.

#![cfg(unix)]

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;

use candor::cli::Cli;
use candor::rpc::v1;
use clap::CommandFactory as _;
use common::process::Serving;
use common::{ARTICLE, Client, Outcome, article, request};

fn holds(name: &str, expected: &str) {
    static WRITING: Mutex<()> = Mutex::new(());
    let _one_at_a_time = WRITING.lock();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/operations.md");
    let mut page = std::fs::read_to_string(&path).unwrap();
    let (open, close) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let start = page.find(&open).unwrap_or_else(|| panic!("no {open}")) + open.len();
    let end = start + page[start..].find(&close).unwrap_or_else(|| panic!("no {close}"));
    if std::env::var_os("UPDATE_DOCS").is_some() {
        page.replace_range(start..end, expected);
        std::fs::write(&path, page).unwrap();
        return;
    }
    assert!(page[start..end] == *expected, "{name} is out of date; run `UPDATE_DOCS=1 cargo test --test server_docs`");
}

#[test]
fn every_flag_is_in_the_table() {
    let command = Cli::command();
    let serve = command.find_subcommand("serve").unwrap();
    let mut table = "\n| flag | variable | default | |\n|---|---|---|---|\n".to_owned();
    for argument in serve.get_arguments() {
        let Some(long) = argument.get_long().filter(|&long| long != "help") else { continue };
        let variable = argument.get_env().map(|name| format!("`{}`", name.to_string_lossy())).unwrap_or_default();
        let defaults: Vec<_> = argument.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
        let default = if defaults.is_empty() || !argument.get_action().takes_values() {
            String::new()
        } else {
            format!("`{}`", defaults.join(","))
        };
        let help = argument.get_help().unwrap().to_string().replace('\n', " ");
        writeln!(table, "| `--{long}` | {variable} | {default} | {help} |").unwrap();
    }
    table.push('\n');
    holds("flags", &table);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_metric_is_in_the_table() -> Outcome {
    let serving = Serving::start(&[]);
    let mut client = Client::new(serving.channel().await);
    client.score_article(request(article("", ARTICLE))).await?;
    let (_, page) = serving.ask("GET", "/metrics");
    assert!(page.ends_with("# EOF\n"));
    let mut kinds = BTreeMap::new();
    let mut helps = BTreeMap::new();
    let mut labels: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for line in page.lines() {
        let mut words = line.splitn(4, ' ');
        match (words.next(), words.next(), words.next(), words.next()) {
            (Some("#"), Some("TYPE"), Some(name), Some(kind)) => drop(kinds.insert(name.to_owned(), kind.to_owned())),
            (Some("#"), Some("HELP"), Some(name), Some(help)) => drop(helps.insert(name.to_owned(), help.to_owned())),
            (Some("#"), ..) => {}
            _ => {
                let series = line.split(' ').next().unwrap();
                let (name, inside) = series.split_once('{').unwrap_or((series, "}"));
                let family =
                    kinds.keys().filter(|family| name.starts_with(family.as_str())).max_by_key(|family| family.len());
                let labels = labels.entry(family.unwrap_or_else(|| panic!("{line}")).clone()).or_default();
                let names = inside.trim_end_matches('}').split(',').filter_map(|pair| pair.split_once('='));
                labels.extend(names.map(|(name, _)| name.to_owned()).filter(|name| name != "le"));
            }
        }
    }
    let mut table = "\n| metric | type | labels | |\n|---|---|---|---|\n".to_owned();
    for (name, kind) in &kinds {
        let suffix = if kind == "counter" { "_total" } else { "" };
        let labels: Vec<_> = labels[name].iter().map(|label| format!("`{label}`")).collect();
        writeln!(table, "| `{name}{suffix}` | {kind} | {} | {} |", labels.join(", "), helps[name]).unwrap();
    }
    table.push('\n');
    holds("metrics", &table);
    // Alerts on a series that does not exist never fire.
    let rules = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy/prometheus-rules.yaml");
    let rules = std::fs::read_to_string(rules)?;
    let words = rules.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    for name in words.filter(|word| word.starts_with("candor_") || word.starts_with("grpc_server_")) {
        let family = ["_total", "_bucket", "_count", "_sum"].iter().find_map(|suffix| name.strip_suffix(suffix));
        assert!(kinds.contains_key(family.unwrap_or(name)), "{name} is no metric");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_limit_is_in_the_table() -> Outcome {
    let serving = Serving::start(&[]);
    let answer = Client::new(serving.channel().await).get_model(v1::GetModelRequest {}).await?.into_inner();
    let limits = serde_json::to_value(answer.limits.unwrap())?;
    let mut table = "\n| limit | default |\n|---|---|\n".to_owned();
    for (name, value) in limits.as_object().unwrap() {
        writeln!(table, "| `{name}` | {value} |")?;
    }
    table.push('\n');
    holds("limits", &table);
    Ok(())
}
