//! The command line, as a process.

mod common;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use candor::features::{FEATURES, catalogue};
use candor::rpc::Limits;
use candor::rpc::v1::{self, FILE_DESCRIPTOR_SET};
use common::{ARTICLE, Client, Outcome, article, request, start};
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, SerializeOptions};
use serde_json::Value;

/// A directory of one test, gone when the test is.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}-{count}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Scratch(path)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn missing(&self) -> String {
        self.0.join("missing.txt").to_str().unwrap().to_owned()
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn candor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
    for name in ["CANDOR_MODEL", "CANDOR_LISTEN", "CANDOR_LOG_FORMAT", "CANDOR_LOG_LEVEL", "CANDOR_MAX_TEXT_BYTES"] {
        command.env_remove(name);
    }
    command.stdin(Stdio::null());
    command
}

fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    candor().args(arguments).output().unwrap()
}

fn run_on(input: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
    let mut child =
        candor().args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
    child.wait_with_output().unwrap()
}

fn stdout(output: &Output) -> &str {
    std::str::from_utf8(&output.stdout).unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    stdout(output).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The name of a file as a string of a report.
fn id(value: &Value) -> &str {
    value["articleId"].as_str().unwrap()
}

fn reason(value: &Value) -> &str {
    let details = value["error"]["details"].as_array().unwrap();
    let infos: Vec<_> =
        details.iter().filter(|detail| detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo").collect();
    assert_eq!(infos.len(), 1);
    assert_eq!(infos[0]["domain"], "candor");
    infos[0]["reason"].as_str().unwrap()
}

#[test]
fn a_page_names_the_file_and_says_what_it_is_not() {
    let scratch = Scratch::new();
    let file = scratch.file("levy.txt", ARTICLE);
    let output = run(["score", &file]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).starts_with(&file));
    assert!(stdout(&output).contains(candor::report::text::NOT_A_JUDGEMENT));
    assert!(!stdout(&output).contains('\u{1b}'), "no colour where nobody looks");
    assert_eq!(stderr(&output), "");
}

#[test]
fn control_characters_do_not_reach_the_terminal() {
    let scratch = Scratch::new();
    let text = ARTICLE.replace("Critics say", "\u{1b}]0;owned\u{7}Critics\u{202e} say\u{9b}2J");
    let file = scratch.file("controls.txt", text);
    let output = run(["score", "--view", "full", &file, scratch.0.join("\u{1b}[2J.txt").to_str().unwrap()]);
    for printed in [stdout(&output), stderr(&output)] {
        assert!(!printed.contains(|c: char| c.is_control() && c != '\n'), "{printed:?}");
        assert!(!printed.contains('\u{202e}'));
    }
}

#[test]
fn jsonl_is_one_line_for_each_input_in_their_order() {
    let scratch = Scratch::new();
    let good = scratch.file("good.txt", ARTICLE);
    let blank = scratch.file("blank.txt", "");
    let latin = scratch.file("latin.txt", b"caf\xe9 owners");
    let large = scratch.file("large.txt", "x".repeat(5_001));
    let missing = scratch.missing();
    let directory = scratch.0.to_str().unwrap().to_owned();
    let names = [&good, &missing, &latin, &large, &blank, &directory, &good];
    let output = run(["score", "--format", "jsonl", "--max-text-bytes", "5000"]
        .into_iter()
        .chain(names.iter().map(|name| name.as_str())));
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    assert_eq!(lines.iter().map(id).collect::<Vec<_>>(), names);
    let failed: Vec<bool> = lines.iter().map(|line| line.get("error").is_some()).collect();
    assert_eq!(failed, [false, true, true, true, false, true, false]);
    assert_eq!(lines[0], lines[6]);
    assert_eq!((reason(&lines[1]), &lines[1]["error"]["code"]), ("INPUT_NOT_FOUND", &Value::from(5)));
    assert_eq!((reason(&lines[2]), &lines[2]["error"]["code"]), ("INPUT_NOT_UTF8", &Value::from(3)));
    assert_eq!(lines[2]["error"]["details"][0]["metadata"]["byteOffset"], "3");
    assert_eq!((reason(&lines[3]), &lines[3]["error"]["code"]), ("TEXT_TOO_LARGE", &Value::from(3)));
    assert_eq!(lines[3]["error"]["details"][0]["metadata"]["textBytes"], "5001");
    assert_eq!(lines[4]["applicability"], "APPLICABILITY_TOO_SHORT");
    assert_eq!(reason(&lines[5]), "INPUT_UNREADABLE");
    for name in [&missing, &latin, &large, &directory] {
        assert!(stderr(&output).contains(name.as_str()), "{}", stderr(&output));
    }
    assert_eq!(stderr(&output).lines().count(), 4);
    assert!(stderr(&output).contains("not UTF-8 at byte 3"));
}

#[test]
fn what_is_no_plain_text_by_its_name_is_sent_to_batch() {
    let scratch = Scratch::new();
    for name in [
        "page.html",
        "page.HTM",
        "page.xhtml",
        "x.jsonl",
        "x.ndjson",
        "x.json",
        "x.csv",
        "x.tsv",
        "x.parquet",
        "a.txt.gz",
        "a.zst",
        "x.jsonl.zst",
    ] {
        let file = scratch.file(name, ARTICLE);
        let output = run(["score", "--format", "jsonl", &file]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        assert!(stderr(&output).contains("`candor batch FILE --output REPORTS`"), "{}", stderr(&output));
        assert_eq!(reason(&lines(&output)[0]), "INPUT_NOT_PLAIN_TEXT");
        assert_eq!(run_on(ARTICLE, &["score", "-"]).status.code(), Some(0));
    }
    for name in ["article.txt", "article", "article.md", "article.2024", "html"] {
        assert!(run(["score", &scratch.file(name, ARTICLE)]).status.success(), "{name}");
    }
}

#[test]
fn a_text_that_gets_no_score_is_no_failure() {
    let german = "Der Rat der Stadt hat am Dienstag beschlossen, die alte Br\u{fc}cke zu reparieren. Das sagte die \
                  B\u{fc}rgermeisterin nach der Sitzung, und die Arbeiten sollen im Mai beginnen. ";
    for (text, applicability) in [(String::new(), "TOO_SHORT"), (german.repeat(8), "NOT_ENGLISH")] {
        let output = run_on(&text, &["score", "--format", "jsonl"]);
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let report = &lines(&output)[0];
        let found = report["applicability"].as_str().unwrap();
        assert!(found.contains(applicability) && report.get("score").is_none(), "{found}");
    }
    for page in [&["--help"][..], &["score", "--help"]] {
        assert!(stdout(&run(page)).contains("no score"), "{page:?}");
    }
}

#[test]
fn a_value_that_cannot_be_is_told_with_its_limit_and_not_in_full() {
    let long = "t".repeat(6_000);
    let output = run(["score", "--title", &long, "-"]);
    assert_eq!(stderr(&output), "candor: --title has 6000 bytes; at most 4096 are accepted.\n");
    for (address, words) in [("off", "admin port is off cannot be asked"), ("9464", "an address is HOST:PORT")] {
        let output = run(["health", "--admin", address]);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(words), "{}", stderr(&output));
    }
}

#[test]
fn json_is_one_document_after_another() {
    let scratch = Scratch::new();
    let good = scratch.file("good.txt", ARTICLE);
    let output = run(["score", "--format", "json", &good, &scratch.missing(), &good]);
    assert_eq!(output.status.code(), Some(1));
    let documents: Vec<Value> =
        serde_json::Deserializer::from_slice(&output.stdout).into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(documents.len(), 3);
    assert_eq!(reason(&documents[1]), "INPUT_NOT_FOUND");
    assert_eq!(documents[0], documents[2]);
    assert!(stdout(&output).contains("\n  \"articleId\""), "laid out for people");
}

#[test]
fn a_failed_input_does_not_cost_the_pages_of_the_others() {
    let scratch = Scratch::new();
    let good = scratch.file("good.txt", ARTICLE);
    let output = run(["score", &scratch.missing(), &good]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).contains(&good));
    assert!(stderr(&output).contains("missing.txt"));
}

#[test]
fn standard_input_is_named_by_a_dash_or_by_nothing() {
    for arguments in [&["score", "--format", "jsonl"][..], &["score", "--format", "jsonl", "-"]] {
        let output = run_on(ARTICLE, arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(lines(&output).iter().map(id).collect::<Vec<_>>(), ["-"]);
    }
    let output = run_on(b"\xff", &["score", "--format", "jsonl"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(reason(&lines(&output)[0]), "INPUT_NOT_UTF8");
    let output = run_on("x".repeat(100_000), &["score", "--max-text-bytes", "10", "--format", "jsonl"]);
    assert_eq!(lines(&output)[0]["error"]["details"][0]["metadata"]["textBytes"], "100000");
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_name_need_not_be_utf8() {
    use std::os::unix::ffi::OsStrExt as _;
    let scratch = Scratch::new();
    let file = scratch.0.join(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"));
    fs::write(&file, ARTICLE).unwrap();
    let output = run(["score".as_ref(), "--format".as_ref(), "jsonl".as_ref(), file.as_os_str()]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(id(&lines(&output)[0]).ends_with("caf\u{fffd}.txt"));
}

#[test]
fn two_runs_print_the_same_bytes() {
    let scratch = Scratch::new();
    let file = scratch.file("levy.txt", ARTICLE);
    for format in ["text", "json", "jsonl"] {
        let arguments = ["score", "--view", "full", "--format", format, &file];
        assert_eq!(run(arguments).stdout, run(arguments).stdout);
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let scratch = Scratch::new();
    let long_title = "t".repeat(4_097);
    for arguments in [
        &[][..],
        &["judge"],
        &["score", "--format", "xml"],
        &["score", "--max-evidence", "-1"],
        &["score", "--offset-encoding", "utf7"],
        &["score", "--max-text-bytes", "0"],
        &["score", "--title", &long_title],
        &["features", "no_such_feature"],
        &["serve", "--log-level", "loud"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(stdout(&output), "", "{arguments:?}");
        assert!(!stderr(&output).is_empty(), "{arguments:?}");
    }
    drop(scratch);
}

#[test]
fn help_has_examples_and_the_version_is_told() {
    for arguments in
        [&["--help"][..], &["score", "--help"], &["serve", "--help"], &["features", "--help"], &["model", "--help"]]
    {
        let output = run(arguments);
        assert!(output.status.success());
        assert!(stdout(&output).contains("Examples:"), "{arguments:?}");
    }
    assert_eq!(stdout(&run(["--version"])).trim(), concat!("candor ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_reader_that_goes_away_is_no_fault() {
    let scratch = Scratch::new();
    let file = scratch.file("levy.txt", ARTICLE);
    let arguments = ["score", "--format", "jsonl"].into_iter().chain(std::iter::repeat_n(file.as_str(), 400));
    let mut child = candor().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut reader = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    reader.read_line(&mut first).unwrap();
    assert!(first.starts_with('{'));
    drop(reader);
    let output = child.wait_with_output().unwrap();
    assert_eq!(stderr(&output), "");
    assert!(output.status.success());
}

#[test]
fn a_model_file_that_cannot_be_used_is_refused_in_one_sentence_that_names_it() {
    let scratch = Scratch::new();
    let file = scratch.file("levy.txt", ARTICLE);
    for model in [scratch.missing(), scratch.file("model.json", "{\"version\": 1")] {
        for arguments in [
            &["score", "--model", &model, &file][..],
            &["model", "--model", &model],
            &["serve", "--listen", "127.0.0.1:0", "--model", &model],
        ] {
            let output = run(arguments);
            assert_eq!(output.status.code(), Some(1), "{arguments:?}");
            assert_eq!(stdout(&output), "");
            assert!(stderr(&output).contains(&model), "{}", stderr(&output));
            assert_eq!(stderr(&output).lines().count(), 1);
        }
    }
}

#[test]
fn features_are_listed_and_described() {
    let table = run(["features"]);
    assert_eq!(stdout(&table).lines().count(), catalogue().count() + 1);
    let markdown = run(["features", "--format", "markdown"]);
    assert_eq!(stdout(&markdown).lines().count(), catalogue().count() + 2);
    let json: v1::ListFeaturesResponse = serde_json::from_slice(&run(["features", "--format", "json"]).stdout).unwrap();
    assert_eq!(json.features.len(), catalogue().count());
    for feature in catalogue() {
        assert!(stdout(&table).contains(feature.id));
        assert!(stdout(&markdown).contains(&format!("| `{}` |", feature.id)));
    }
    let one = run(["features", FEATURES[0].id]);
    assert!(stdout(&one).starts_with(&format!("# {}\n", FEATURES[0].id)));
    let one: v1::Feature =
        serde_json::from_slice(&run(["features", FEATURES[0].id, "--format", "json"]).stdout).unwrap();
    assert_eq!(one, json.features[0]);
}

#[test]
fn the_model_is_described() {
    let page = run(["model"]);
    assert!(page.status.success());
    let model: v1::Model = serde_json::from_slice(&run(["model", "--format", "json"]).stdout).unwrap();
    assert!(stdout(&page).contains(&model.sha256));
    assert!(!model.feature_set_version.is_empty());
}

#[tokio::test]
async fn json_equals_what_a_grpc_client_prints() -> Outcome {
    let server = start(Limits::default()).await?;
    let scratch = Scratch::new();
    let text = format!("\u{feff}{ARTICLE}");
    let file = scratch.file("levy.txt", &text);
    let pool = DescriptorPool::decode(FILE_DESCRIPTOR_SET)?;
    let descriptor = pool.get_message_by_name("candor.v1.Report").ok_or("no report")?;
    let views = [("basic", v1::ReportView::Basic), ("full", v1::ReportView::Full)];
    let encodings = [
        ("utf8", v1::OffsetEncoding::Utf8),
        ("utf16", v1::OffsetEncoding::Utf16),
        ("utf32", v1::OffsetEncoding::Utf32),
    ];
    for (view_name, view) in views {
        for (encoding_name, encoding) in encodings {
            let request = v1::ScoreArticleRequest {
                article: Some(v1::Article { title: "A levy".to_owned(), ..article(&file, &text) }),
                view: view.into(),
                offset_encoding: encoding.into(),
                max_evidence_count: 3,
                ..v1::ScoreArticleRequest::default()
            };
            let report = server.client().score_article(request).await?.into_inner().report.unwrap();
            let dynamic = DynamicMessage::decode(descriptor.clone(), report.encode_to_vec().as_slice())?;
            let options = SerializeOptions::new().skip_default_fields(false);
            let expected = dynamic.serialize_with_options(serde_json::value::Serializer, &options)?;

            let options =
                ["--view", view_name, "--offset-encoding", encoding_name, "--max-evidence", "3", "--title", "A levy"];
            for format in ["json", "jsonl"] {
                let output = run(["score", "--format", format].into_iter().chain(options).chain([file.as_str()]));
                let printed: Value = serde_json::from_slice(&output.stdout)?;
                assert_eq!(printed, expected);
            }
        }
    }
    Ok(())
}

struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut child = candor()
            .args(["serve", "--listen", "127.0.0.1:0", "--admin-listen", "off", "--drain-delay", "0s"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Serving { child, address }
    }

    /// Stops the server as whatever runs it would, and returns what it has logged.
    fn stop(&mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        let mut log = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn serve_answers_stops_when_told_and_logs_no_article() -> Outcome {
    for format in ["text", "json"] {
        let mut serving = Serving::start(&["--log-format", format, "--log-level", "trace", "--max-text-bytes", "2000"]);
        let mut client = Client::connect(format!("http://{}", serving.address)).await?;
        let secret = "Quixotic Zanzibar";
        let report = client.score_article(request(article(secret, &format!("{secret}. {ARTICLE}")))).await?;
        assert_eq!(report.into_inner().report.unwrap().article_id, secret);
        let refused = client.score_article(request(article(secret, &secret.repeat(200)))).await;
        assert!(refused.is_err());
        drop(client);
        let log = serving.stop();
        assert!(log.contains("listening"), "{log}");
        assert!(log.contains("stopped"), "{log}");
        assert!(!log.contains("Quixotic"), "{log}");
        if format == "json" {
            for line in log.lines() {
                serde_json::from_str::<Value>(line)?;
            }
        }
    }
    Ok(())
}

/// The card and its picture are made from the model file alone: these are the ones that ship beside it.
#[test]
fn the_card_that_ships_is_the_models_own() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/reliability-7/CARD.md");
    let shipped = fs::read_to_string(shipped).unwrap();
    assert_eq!(stdout(&run(["model", "--format", "card"])), shipped);
    assert_eq!(stdout(&run(["model"])), shipped);
}

/// In the full view the parts of the register add up to no more than their term, and are named.
#[test]
fn the_register_says_what_it_saw() {
    let scratch = Scratch::new();
    let path = scratch.file("a.txt", ARTICLE);
    let full: Value =
        serde_json::from_str(stdout(&run(["score", "--format", "json", "--view", "full", &path]))).unwrap();
    let basic: Value = serde_json::from_str(stdout(&run(["score", "--format", "json", &path]))).unwrap();
    let percentile = full["register"]["percentile"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&percentile));
    let strongest = full["register"]["strongest"].as_array().unwrap();
    assert!(
        !strongest.is_empty() && strongest.iter().all(|part| part["pattern"].as_str().is_some_and(|p| !p.is_empty()))
    );
    assert!(basic["register"]["strongest"].as_array().is_none_or(Vec::is_empty));
    let terms = full["logitTerms"].as_array().unwrap();
    assert!(terms.iter().any(|term| term["termId"] == "register"), "{terms:?}");
}

#[test]
fn serve_says_why_it_cannot_listen() {
    let output = run(["serve", "--listen", "not an address"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("an address is HOST:PORT"), "{}", stderr(&output));

    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = run(["serve", "--admin-listen", "off", "--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains(&format!("Cannot listen on {address}")), "{}", stderr(&output));
}
