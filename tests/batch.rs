//! Batch jobs: what goes in, what comes out, and that nothing is lost between.

#![cfg(unix)]

mod common;

use std::fs;
use std::io::{BufWriter, Write as _};
use std::process::Stdio;

use common::batch::{
    Folder, article, batch, ends, exists, fine, id, ids, json_lines, jsonl, run, scored_alone, stderr, text,
};
use serde_json::{Value, json};

/// Reasons and records of the rejects.
fn rejects(folder: &Folder, name: &str) -> Vec<(String, u64)> {
    let lines = folder.lines(name);
    lines.iter().map(|line| (line["reason"].as_str().unwrap().to_owned(), line["record"].as_u64().unwrap())).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn gunzip(bytes: &[u8]) -> Vec<u8> {
    let mut plain = Vec::new();
    std::io::copy(&mut flate2::read::MultiGzDecoder::new(bytes), &mut plain).unwrap();
    plain
}

#[test]
fn reports_are_those_of_score_in_the_order_of_the_articles() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..150));
    for view in ["basic", "full"] {
        let output = format!("{view}.jsonl");
        let said = fine(&folder, &["in.jsonl", "-o", &output, "--view", view, "--jobs", "3"]);
        assert_eq!(said, "150 read: 137 scored, 13 not applicable, 0 rejected\n");
        let reports = folder.lines(&output);
        let expected: Vec<_> = (0..150).map(|number| format!("article-{number}")).collect();
        assert_eq!(ids(&reports), expected);
        let written = String::from_utf8(folder.read(&output)).unwrap();
        for number in [0, 10, 77, 149] {
            let title = format!("Vote {number} passes");
            // Neither the address nor the publisher is told to `score`; neither has a genre in it.
            let alone = scored_alone(&folder, &format!("article-{number}"), &text(number), &title, view);
            assert!(written.contains(&alone), "{view} {number}");
        }
    }
    assert_eq!(folder.read("basic.jsonl.rejects.jsonl"), b"");
    assert_eq!(
        folder.names(),
        [
            "basic.jsonl",
            "basic.jsonl.done",
            "basic.jsonl.rejects.jsonl",
            "full.jsonl",
            "full.jsonl.done",
            "full.jsonl.rejects.jsonl",
            "in.jsonl"
        ]
    );
}

#[test]
fn the_number_of_threads_changes_nothing_and_unordered_only_the_order() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..400));
    for (jobs, output) in [("1", "one.jsonl"), ("7", "seven.jsonl")] {
        fine(&folder, &["in.jsonl", "-o", output, "--jobs", jobs]);
    }
    assert_eq!(folder.read("one.jsonl"), folder.read("seven.jsonl"));
    fine(&folder, &["in.jsonl", "-o", "any.jsonl", "--jobs", "7", "--unordered"]);
    let sorted = |name: &str| {
        let mut lines: Vec<_> = String::from_utf8(folder.read(name)).unwrap().lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted("any.jsonl"), sorted("one.jsonl"));
}

#[test]
fn every_form_of_the_same_articles_gives_the_same_reports() {
    let folder = Folder::new();
    let plain = jsonl(0..90);
    folder.file("a.jsonl", &plain);
    fine(&folder, &["a.jsonl", "-o", "expected.jsonl"]);
    let expected = folder.read("expected.jsonl");

    let quoted = |value: &Value| format!("\"{}\"", value.as_str().unwrap().replace('"', "\"\""));
    let table = |delimiter: &str| {
        let mut table =
            format!("\u{feff}url{delimiter}body{delimiter}source{delimiter}headline{delimiter}id{delimiter}more\r\n");
        for number in 0..90 {
            let article = article(number);
            let fields = [&article["url"], &article["text"], &article["source"], &article["title"], &article["id"]];
            table.push_str(&fields.map(quoted).join(delimiter));
            table.push_str(delimiter);
            table.push_str("\r\n");
        }
        table
    };
    folder.file("b.csv", table(","));
    folder.file("c.tsv", table("\t"));
    folder.file("d.jsonl.gz", [gzip(&plain.as_bytes()[..9_000]), gzip(&plain.as_bytes()[9_000..])].concat());
    folder.file("e.jsonl.zst", zstd::encode_all(plain.as_bytes(), 1).unwrap());
    folder.file("f.csv.zst", zstd::encode_all(table(",").as_bytes(), 1).unwrap());
    // The first bytes decide, not the name.
    folder.file("g.jsonl", gzip(plain.as_bytes()));
    folder.file("h.data", format!("\u{feff}{}", plain.replace('\n', "\r\n\r\n")));
    let renamed = ["--text-field", "body", "--title-field", "headline"];
    for (input, more) in [
        ("b.csv", &renamed[..]),
        ("c.tsv", &renamed),
        ("d.jsonl.gz", &[]),
        ("e.jsonl.zst", &[]),
        ("f.csv.zst", &renamed),
        ("g.jsonl", &[]),
        ("h.data", &["--format", "jsonl"]),
    ] {
        let output = format!("{input}.out.jsonl");
        fine(&folder, &[&[input, "-o", &output], more].concat());
        assert!(folder.read(&output) == expected, "{input}");
    }
    for (output, opened) in
        [("out.jsonl.gz", gunzip as fn(&[u8]) -> Vec<u8>), ("out.jsonl.zst", |bytes| zstd::decode_all(bytes).unwrap())]
    {
        fine(&folder, &["a.jsonl", "-o", output]);
        assert!(opened(&folder.read(output)) == expected, "{output}");
    }
}

#[test]
fn standard_input_is_json_lines_unless_said_otherwise() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..9));
    fine(&folder, &["in.jsonl", "-o", "expected.jsonl"]);
    for (content, arguments) in [
        (jsonl(0..9).into_bytes(), vec!["-", "-o", "plain.jsonl"]),
        (gzip(jsonl(0..9).as_bytes()), vec!["-", "-o", "packed.jsonl"]),
    ] {
        let mut child = batch(&folder, &arguments).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(&content).unwrap();
        assert!(child.wait().unwrap().success());
        assert_eq!(folder.read(arguments[2]), folder.read("expected.jsonl"));
    }
    let refused = ends(&folder, 2, &["-", "-o", "x.jsonl", "--format", "parquet"]);
    assert!(refused.contains("cannot come through a pipe"), "{refused}");
}

#[test]
fn folders_are_read_with_the_folders_in_them_in_the_order_of_names() {
    let folder = Folder::new();
    folder.file("news/b/2.txt", text(2));
    folder.file("news/b/10.txt", text(3));
    folder.file("news/a.txt", text(1));
    folder.file("news/c.jsonl", jsonl(4..6));
    folder.file("news/.hidden", "nothing");
    let said = fine(&folder, &["news", "-o", "out.jsonl"]);
    assert_eq!(said, "5 read: 5 scored, 0 not applicable, 0 rejected\n");
    assert_eq!(
        ids(&folder.lines("out.jsonl")),
        ["news/a.txt", "news/b/10.txt", "news/b/2.txt", "article-4", "article-5"]
    );

    // A job may write into the folder it reads.
    fine(&folder, &["news", "-o", "news/out.jsonl", "--summary", "news/s.html"]);
    assert_eq!(folder.read("news/out.jsonl"), folder.read("out.jsonl"));

    folder.file("mixed/a.txt", text(1));
    folder.file("mixed/b.dat", "?");
    folder.file("mixed/c.txt", b"caf\xe9");
    let said = ends(&folder, 1, &["mixed", "-o", "mixed.jsonl"]);
    assert!(said.contains("mixed.jsonl.rejects.jsonl"), "{said}");
    let lines = folder.lines("mixed.jsonl.rejects.jsonl");
    let found: Vec<_> =
        lines.iter().map(|line| (line["id"].as_str().unwrap(), line["reason"].as_str().unwrap())).collect();
    assert_eq!(found, [("mixed/b.dat:1", "UNKNOWN_FORMAT"), ("mixed/c.txt", "INPUT_NOT_UTF8")]);
    assert_eq!(folder.lines("mixed.jsonl").len(), 1);
}

#[test]
fn every_record_ends_in_exactly_one_place() {
    let folder = Folder::new();
    let long_id = json!({"id": "i".repeat(2_000), "text": "x"}).to_string();
    let long_title = json!({"id": "t", "title": "t".repeat(5_000), "text": "x"}).to_string();
    let long_text = json!({"id": "l", "text": "x ".repeat(3_000)}).to_string();
    let longer_line = json!({"id": "m", "text": "x ".repeat(90_000)}).to_string();
    let good = article(1).to_string();
    let lines: Vec<&[u8]> = vec![
        good.as_bytes(),
        b"not json",
        b"",
        b"[1, 2]",
        b"{\"id\": \"none\"}",
        b"{\"text\": \"caf\xe9\"}",
        b"{\"id\": \"w\", \"text\": [1]}",
        b"{\"id\": \"d\", \"text\": \"a\", \"text\": \"b\"}",
        long_id.as_bytes(),
        long_title.as_bytes(),
        long_text.as_bytes(),
        longer_line.as_bytes(),
        b"{\"id\": \"short\", \"text\": \"\"}",
        b"{\"id\": \"cut\", \"text\": \"a",
    ];
    let content = lines.join(&b'\n');
    folder.file("in.jsonl", &content);
    let output = run(&folder, &["in.jsonl", "-o", "out.jsonl", "--rejects", "bad.jsonl", "--max-text-bytes", "5000"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stdout), "13 read: 1 scored, 1 not applicable, 11 rejected\n");
    assert_eq!(ids(&folder.lines("out.jsonl")), ["article-1", "short"]);
    let expected = [
        ("INVALID_JSON", 2),
        ("NOT_AN_OBJECT", 4),
        ("MISSING_TEXT", 5),
        ("INPUT_NOT_UTF8", 6),
        ("INVALID_FIELD", 7),
        ("DUPLICATE_FIELD", 8),
        ("FIELD_TOO_LONG", 9),
        ("FIELD_TOO_LONG", 10),
        ("TEXT_TOO_LARGE", 11),
        ("RECORD_TOO_LARGE", 12),
        ("INVALID_JSON", 14),
    ];
    assert_eq!(rejects(&folder, "bad.jsonl"), expected.map(|(reason, record)| (reason.to_owned(), record)));
    for reject in folder.lines("bad.jsonl") {
        let at = usize::try_from(reject["byteOffset"].as_u64().unwrap()).unwrap();
        let line = lines[usize::try_from(reject["record"].as_u64().unwrap()).unwrap() - 1];
        assert!(content[at..].starts_with(line), "{reject}");
        assert_eq!(reject["input"], "in.jsonl");
        assert!(reject["message"].as_str().unwrap().ends_with('.'), "{reject}");
    }
    let ids: Vec<_> = folder.lines("bad.jsonl").iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(
        ids,
        [
            "in.jsonl:2",
            "in.jsonl:4",
            "none",
            "in.jsonl:6",
            "w",
            "d",
            "in.jsonl:9",
            "t",
            "l",
            "in.jsonl:12",
            "in.jsonl:14"
        ]
    );
    // Neither the rejects nor what is said repeat what was read.
    assert!(!stderr(&output).contains("caf"), "{}", stderr(&output));
}

#[test]
fn faulty_tables_and_damaged_files_are_rejects() {
    let folder = Folder::new();
    let rows = format!("id,text\na,\"{}\"\nb\nc,x,y\nd,caf\u{e9}\n", text(1).replace('"', "\"\""));
    let mut bytes = rows.into_bytes();
    let at = bytes.iter().rposition(|&byte| byte == 0xc3).unwrap();
    bytes.remove(at);
    folder.file("in.csv", &bytes);
    ends(&folder, 1, &["in.csv", "-o", "rows.jsonl"]);
    let expected = [("WRONG_COLUMN_COUNT", 2), ("WRONG_COLUMN_COUNT", 3), ("INPUT_NOT_UTF8", 4)];
    assert_eq!(rejects(&folder, "rows.jsonl.rejects.jsonl"), expected.map(|(reason, row)| (reason.to_owned(), row)));
    assert_eq!(folder.lines("rows.jsonl.rejects.jsonl")[2]["id"], "d");

    folder.file("other.csv", "id,words\n1,2\n");
    ends(&folder, 1, &["other.csv", "-o", "other.jsonl"]);
    assert_eq!(rejects(&folder, "other.jsonl.rejects.jsonl"), [("MISSING_TEXT".to_owned(), 1)]);

    let packed = gzip(jsonl(0..300).as_bytes());
    folder.file("cut.jsonl.gz", &packed[..packed.len() / 2]);
    ends(&folder, 1, &["cut.jsonl.gz", "in.csv", "-o", "cut.jsonl"]);
    let found = rejects(&folder, "cut.jsonl.rejects.jsonl");
    assert_eq!((found[0].0.as_str(), found.len()), ("INPUT_DAMAGED", 4));
    let read = folder.lines("cut.jsonl").len() as u64;
    assert_eq!(found[0].1, read, "all lines before the damage were scored, and one row of the table");

    folder.file("no.parquet", "PAR1 is not enough PAR1");
    ends(&folder, 1, &["no.parquet", "-o", "no.jsonl"]);
    assert_eq!(rejects(&folder, "no.jsonl.rejects.jsonl"), [("INPUT_DAMAGED".to_owned(), 1)]);
}

/// Reasons, records and messages of the rejects of one file.
fn told(folder: &Folder, name: &str, content: impl AsRef<[u8]>) -> Vec<(String, u64, String)> {
    folder.file(name, content);
    ends(folder, 1, &[name, "-o", "told.jsonl", "--overwrite"]);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let lines = folder.lines("told.jsonl.rejects.jsonl").into_iter();
    lines.map(|line| (text(&line["reason"]), line["record"].as_u64().unwrap(), text(&line["message"]))).collect()
}

#[test]
fn a_quotation_that_is_not_closed_is_named_by_the_line_that_opens_it() {
    let folder = Folder::new();
    let closed = format!("id,text\n1,\"{}\"\n", text(1));
    let lines = closed.lines().count() as u64;
    for (rest, line) in [
        ("2,\"open\n3,words\n4,\"\"words\n", lines + 1),
        ("\"2\n2\",\"open\n", lines + 2),
        // Not a column too many or too few, and yet not the row that was meant.
        (&format!("2,\"{}\n3,words", "words\n".repeat(2_000_000)), lines + 1),
    ] {
        let rejects = told(&folder, "in.csv", format!("{closed}{rest}"));
        assert_eq!(rejects.len(), 1);
        let (reason, record, message) = &rejects[0];
        assert_eq!((reason.as_str(), *record), ("UNCLOSED_QUOTATION", 2), "{message}");
        assert!(message.contains(&format!("in line {line} is not closed")), "{message}");
        assert_eq!(folder.lines("told.jsonl").len(), 1);
    }
    let rejects = told(&folder, "in.csv", "id,\"text\n1,words\n");
    assert!(rejects[0].0 == "UNCLOSED_QUOTATION" && rejects[0].2.contains("in line 1 "), "{rejects:?}");
}

#[test]
fn columns_that_are_missing_or_stand_twice_are_named() {
    let folder = Folder::new();
    let many = (0..20).map(|number| format!("c{number}")).collect::<Vec<_>>().join(",");
    let long = format!("id,{}\n", "word ".repeat(20));
    for (name, content, reason, words) in [
        (
            "a.csv",
            "id,body,title\n1,2,3\n",
            "MISSING_TEXT",
            r#"no column "text" among the columns "id", "body", "title"."#,
        ),
        (
            "a.csv",
            "id;text\n1;2\n",
            "MISSING_TEXT",
            r#""id;text". CSV is split at commas and TSV at tabs; this line has ';'"#,
        ),
        ("a.tsv", "id,text\n1,2\n", "MISSING_TEXT", "this line has ','"),
        ("a.csv", many.as_str(), "MISSING_TEXT", r#""c11" and 8 more."#),
        ("a.csv", long.as_str(), "MISSING_TEXT", r#""id", one of 100 bytes."#),
        ("a.csv", "text,id,text\n1,2,3\n", "DUPLICATE_FIELD", r#"two columns "text""#),
        ("a.csv", "text,id,id\n1,2,3\n", "DUPLICATE_FIELD", r#"two columns "id""#),
    ] {
        let rejects = told(&folder, name, content);
        assert_eq!((rejects.len(), rejects[0].0.as_str()), (1, reason), "{rejects:?}");
        assert!(rejects[0].2.contains(words), "{content:?}: {}", rejects[0].2);
    }
    // What nobody asks for may stand twice.
    folder.file("in.csv", format!("text,more,more\n\"{}\",,\n", text(1)));
    fine(&folder, &["in.csv", "-o", "more.jsonl"]);
}

#[test]
fn a_field_that_is_not_what_it_must_be_is_told_what_it_is() {
    let folder = Folder::new();
    for (line, reason, message) in [
        (r#"{"text": 7}"#, "INVALID_FIELD", r#"The field "text" is a number; a string is needed."#),
        (r#"{"text": null}"#, "MISSING_TEXT", r#"The field "text" is null; a string is needed."#),
        (r#"{"id": "x"}"#, "MISSING_TEXT", r#"The record has no field "text"."#),
        (r#"{"text": ["x"]}"#, "INVALID_FIELD", r#"The field "text" is a list; a string is needed."#),
        (
            r#"{"title": {"x": 1}}"#,
            "INVALID_FIELD",
            r#"The field "title" is an object; a string or a number is needed."#,
        ),
        (r#"{"id": true}"#, "INVALID_FIELD", r#"The field "id" is true; a string or a number is needed."#),
        (
            r#"{"published_time": 1712044800}"#,
            "INVALID_FIELD",
            r#"The field "published_time" is a number; a string is needed."#,
        ),
        (r#"{"text": "a"} words"#, "INVALID_JSON", "The line is not JSON from its byte 15 on."),
        (r#"{"text": "a"#, "INVALID_JSON", "The line ends too early, at its byte 11."),
    ] {
        assert_eq!(told(&folder, "in.jsonl", line), [(reason.to_owned(), 1, message.to_owned())], "{line}");
    }
}

#[test]
fn only_what_is_a_date_counts_as_one() {
    let folder = Folder::new();
    let dated = |date: &str| {
        let mut article = article(1);
        article["published_time"] = date.into();
        article.to_string()
    };
    let seen = |name: &str| {
        let report = &folder.lines(name)[0];
        let features = report["features"].as_array().unwrap();
        let seen = features.iter().find(|feature| feature["featureId"] == "publication_date_seen").unwrap();
        seen["value"].as_f64()
    };
    for (date, expected) in [
        ("2024-04-02", Some(1.0)),
        ("2024-04-02T08:00:00Z", Some(1.0)),
        ("2024-04-02T08:00:00.25+02:00", Some(1.0)),
        (" 2024-04-02 08:00:00 ", Some(1.0)),
        ("", None),
        (" ", None),
    ] {
        folder.file("in.jsonl", dated(date));
        fine(&folder, &["in.jsonl", "-o", "out.jsonl", "--overwrite"]);
        assert_eq!(seen("out.jsonl"), expected, "{date:?}");
    }
    for date in ["yesterday", "2024-02-30", "2024", "02.04.2024", "2024-04-02T25:00:00Z", "1712044800"] {
        let rejects = told(&folder, "in.jsonl", dated(date));
        let (reason, _, message) = &rejects[0];
        assert!(reason == "INVALID_FIELD" && message.contains("\"published_time\" is no date"), "{date}: {message}");
        assert!(!message.contains("yesterday"), "{message}");
        folder.file("in.csv", format!("published_time,text\n{date},\"{}\"\n", text(1)));
        ends(&folder, 1, &["in.csv", "-o", "out.jsonl", "--overwrite"]);
        assert_eq!(rejects_of(&folder), "INVALID_FIELD");
    }

    // What a page says of itself was not written for Candor: what is no date there does not count.
    for (date, expected) in [("2024-04-02T08:00:00+0200", Some(1.0)), ("yesterday", None)] {
        let paragraphs: String = text(1).split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
        folder.file(
            "page.html",
            format!(
                "<html><head><title>Bridge</title><meta property=\"article:published_time\" content=\"{date}\"></head>\
                 <body><article><h1>Bridge</h1>{paragraphs}</article></body></html>"
            ),
        );
        fine(&folder, &["page.html", "-o", "page.jsonl", "--overwrite"]);
        assert_eq!(seen("page.jsonl"), expected, "{date}");
    }
}

/// The reason of the only reject.
fn rejects_of(folder: &Folder) -> String {
    let rejects = rejects(folder, "out.jsonl.rejects.jsonl");
    assert_eq!(rejects.len(), 1);
    rejects[0].0.clone()
}

#[test]
fn wrong_usage_is_said_before_anything_is_written() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..2));
    folder.file("in.json", "{}");
    folder.file("there.jsonl", "mine");
    for (code, arguments, words) in [
        (2, &["in.jsonl", "-o", "out.csv"][..], "does not end in"),
        (2, &["in.json", "-o", "out.jsonl"], "--format"),
        (2, &["in.jsonl", "-o", "in.jsonl", "--overwrite"], "is an input"),
        (2, &["in.jsonl", "-o", "out.jsonl", "--rejects", "out.jsonl"], "written twice"),
        (2, &["in.jsonl", "-o", "out.jsonl", "--summary", "s.txt"], ".json or .html"),
        (2, &["in.jsonl", "-o", "out.jsonl", "--resume", "--overwrite"], "--overwrite"),
        (2, &["in.jsonl", "-o", "out.jsonl", "--endpoint", "localhost"], "http://"),
        (2, &["-o", "out.jsonl"], "INPUT"),
        (1, &["missing.jsonl", "-o", "out.jsonl"], "missing.jsonl cannot be read"),
        (1, &["in.jsonl", "-o", "there.jsonl"], "--overwrite"),
        (1, &["in.jsonl", "-o", "there.jsonl", "--resume"], "--overwrite"),
        (1, &["in.jsonl", "-o", "nowhere/out.jsonl"], "cannot be written"),
    ] {
        let said = ends(&folder, code, arguments);
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert_eq!(folder.names(), ["in.json", "in.jsonl", "there.jsonl"]);
    assert_eq!(folder.read("there.jsonl"), b"mine");
    fine(&folder, &["in.jsonl", "-o", "there.jsonl", "--overwrite"]);
    assert_eq!(folder.lines("there.jsonl").len(), 2);
}

/// A child that reads `megabytes` of one record costs no more memory than this, the program itself included.
#[cfg(target_os = "linux")]
const MOST_KILOBYTES: u64 = 200 << 10;

/// Feeds a job from a pipe and returns the most memory it had, in kilobytes.
#[cfg(target_os = "linux")]
fn peak(folder: &Folder, arguments: &[&str], feed: impl FnOnce(&mut dyn std::io::Write)) -> u64 {
    let mut child =
        batch(folder, arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let mut pipe = BufWriter::with_capacity(1 << 20, child.stdin.take().unwrap());
    feed(&mut pipe);
    pipe.flush().unwrap();
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    drop(pipe);
    child.wait().unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_record_of_any_length_costs_a_constant() {
    const MEGABYTES: usize = 600;
    let megabyte = vec![b'x'; 1 << 20];
    let folder = Folder::new();
    for (format, before, after) in
        [("jsonl", "{\"text\": \"", "\"}\n"), ("csv", "id,text\n1,\"", "\"\n"), ("text", "", "")]
    {
        let output = format!("{format}.jsonl");
        let found = peak(&folder, &["-", "--format", format, "-o", &output], |pipe| {
            pipe.write_all(before.as_bytes()).unwrap();
            for _ in 0..MEGABYTES {
                pipe.write_all(&megabyte).unwrap();
            }
            pipe.write_all(after.as_bytes()).unwrap();
            match format {
                "jsonl" => pipe.write_all(jsonl(1..3).as_bytes()).unwrap(),
                "csv" => pipe.write_all(format!("2,\"{}\"\n", text(1)).as_bytes()).unwrap(),
                _ => {}
            }
        });
        assert!(found < MOST_KILOBYTES, "{format}: {found} kB");
        let reasons = rejects(&folder, &format!("{output}.rejects.jsonl"));
        let reason = if format == "text" { "TEXT_TOO_LARGE" } else { "RECORD_TOO_LARGE" };
        assert_eq!(reasons, [(reason.to_owned(), 1)], "{format}");
        let scored = match format {
            "jsonl" => 2,
            "csv" => 1,
            _ => 0,
        };
        assert_eq!(folder.lines(&output).len(), scored);
    }
}

#[test]
fn a_page_gives_its_article_with_title_writer_date_and_links() {
    let folder = Folder::new();
    let paragraphs: String = text(1).split("\n\n").map(|paragraph| format!("<p>{paragraph}</p>\n")).collect();
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><title>Bridge to be repaired - The Courier</title>\
         <meta property=\"og:title\" content=\"Bridge to be repaired\"><meta name=\"author\" content=\"Mara Lindqvist\">\
         <meta property=\"og:site_name\" content=\"The Courier\">\
         <meta property=\"article:published_time\" content=\"2024-04-02T08:00:00Z\"></head><body>\
         <nav><a href=\"/\">Home</a><a href=\"/sport\">Sport</a></nav><article><h1>Bridge to be repaired</h1>\
         {paragraphs}<p>The full <a href=\"https://example.org/report.pdf\">report of the treasurer</a> has forty pages \
         and was published with all of its tables.</p></article><footer>Cookies and more cookies</footer>\
         <script>var tracking = 'on';</script></body></html>"
    );
    folder.file("page.html", &page);
    folder.file("empty.html", "<html><body></body></html>");
    folder.file("deep.html", format!("{}x", "<div>".repeat(200_000)));
    ends(&folder, 1, &["page.html", "empty.html", "deep.html", "-o", "out.jsonl", "--view", "full"]);
    assert_eq!(
        rejects(&folder, "out.jsonl.rejects.jsonl"),
        [("NO_ARTICLE_FOUND".to_owned(), 1), ("PAGE_TOO_COMPLEX".to_owned(), 1)]
    );
    let report = &folder.lines("out.jsonl")[0];
    assert_eq!((id(report), &report["applicability"]), ("page.html", &json!("APPLICABILITY_OK")));
    let value = |name: &str| {
        let features = report["features"].as_array().unwrap();
        features.iter().find(|feature| feature["featureId"] == name).unwrap()["value"].as_f64()
    };
    assert_eq!(value("byline_present"), Some(1.0));
    assert_eq!(value("publication_date_seen"), Some(1.0));
    assert_eq!(value("headline_missing"), Some(0.0));
    assert!(value("citation_link_rate") > Some(0.0));
    let printed = report.to_string();
    for furniture in ["Cookies", "Sport", "tracking"] {
        assert!(!printed.contains(furniture), "{furniture}");
    }
    assert!(printed.contains("https://example.org/report.pdf"));
}

#[test]
fn the_summary_counts_every_record_and_names_the_ends() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..200) + "broken\n");
    ends(&folder, 1, &["in.jsonl", "-o", "out.jsonl", "--summary", "all.html"]);
    let summary: Value = serde_json::from_slice(&folder.read("all.json")).unwrap();
    assert_eq!(summary["counts"], json!({"read": 201, "scored": 182, "notApplicable": 18, "rejected": 1}));
    assert_eq!(summary["rejects"], json!({"INVALID_JSON": 1}));
    assert_eq!(summary["applicability"], json!({"APPLICABILITY_OK": 182, "APPLICABILITY_TOO_SHORT": 18}));
    let sources = summary["sources"].as_array().unwrap();
    assert_eq!(sources.len(), 5);
    let counted: u64 =
        sources.iter().map(|s| s["scored"].as_u64().unwrap() + s["notApplicable"].as_u64().unwrap()).sum();
    assert_eq!(counted, 200);

    let mut scores: Vec<f64> = folder.lines("out.jsonl").iter().filter_map(|report| report["score"].as_f64()).collect();
    scores.sort_by(f64::total_cmp);
    assert_eq!(summary["score"]["minimum"], json!(scores[0]));
    assert_eq!(summary["score"]["maximum"], json!(scores[181]));
    let median = summary["score"]["p50"].as_f64().unwrap();
    assert!((median - scores[90]).abs() <= scores[90] / 256.0, "{median} {}", scores[90]);
    assert_eq!(summary["strongest"][0]["score"], json!(scores[181]));
    assert_eq!(summary["weakest"][0]["score"], json!(scores[0]));
    assert_eq!(summary["weakest"].as_array().unwrap().len(), 20);
    assert!(summary["features"]["unsupported_claim_ratio"]["count"].as_u64() > Some(0));

    let page = String::from_utf8(folder.read("all.html")).unwrap();
    assert!(page.contains("<svg") && page.contains("unsupported_claim_ratio") && page.contains("article-"));
    for outside in ["http://", "https://", "<script", "src="] {
        assert!(!page.contains(outside), "{outside}");
    }
    // Threads do not change it.
    ends(&folder, 1, &["in.jsonl", "-o", "out.jsonl", "--summary", "one.json", "--jobs", "1", "--overwrite"]);
    assert_eq!(folder.read("one.json"), folder.read("all.json"));
    assert!(exists(&folder, "one.html"));
}

#[test]
fn what_is_read_by_hand_and_by_machine_is_the_same_json() {
    let folder = Folder::new();
    folder.file("in.jsonl", jsonl(0..3));
    fine(&folder, &["in.jsonl", "-o", "out.jsonl", "--max-evidence", "1", "--offset-encoding", "utf16"]);
    let reports = json_lines(&folder.read("out.jsonl"));
    assert!(reports.iter().all(|report| report["evidence"].as_array().unwrap().len() <= 1));
    assert_eq!(reports[0]["provenance"]["offsetEncoding"], "OFFSET_ENCODING_UTF16");
}
