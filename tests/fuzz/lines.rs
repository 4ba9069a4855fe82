//! JSON Lines, as a batch reads them.

use std::io::Cursor;

use candor::batch::{Format, score_stream};
use candor::rpc::Limits;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::{ENGINE, config};

const GZIP: &[u8] = &[0x1f, 0x8b];
const ZSTD: &[u8] = &[0x28, 0xb5, 0x2f, 0xfd];

/// Every line with something in it is one report or one reject, in the order of the lines.
pub fn check(bytes: &[u8]) {
    let limits = Limits::with_max_text_bytes(64);
    let scored = score_stream(&ENGINE, limits, "in", Format::Jsonl, Cursor::new(bytes.to_vec())).unwrap();
    let (reports, rejects) = (whole_lines(&scored.output), whole_lines(&scored.rejects));
    assert!(scored.counts.add_up(), "{}", scored.counts);
    assert_eq!(scored.counts.scored + scored.counts.not_applicable, reports.len() as u64);
    assert_eq!(scored.counts.rejected, rejects.len() as u64);
    let rejects = rejects.into_iter().map(|line| serde_json::from_slice::<serde_json::Value>(line).unwrap());
    let rejected: Vec<(u64, u64)> = rejects
        .map(|reject| {
            let reason = reject["reason"].as_str().unwrap();
            assert!(!reason.is_empty() && reason != "INTERNAL" && reason != "UNKNOWN", "{reject}");
            assert!(reject["message"].as_str().is_some_and(|message| message.ends_with('.')), "{reject}");
            (reject["record"].as_u64().unwrap(), reject["byteOffset"].as_u64().unwrap())
        })
        .collect();
    assert!(rejected.is_sorted_by(|a, b| a < b), "no line is rejected twice: {rejected:?}");
    if bytes.starts_with(GZIP) || bytes.starts_with(ZSTD) {
        return;
    }
    let lines = numbered(bytes);
    assert_eq!(scored.counts.read, lines.len() as u64, "one record a line");
    assert!(rejected.iter().all(|place| lines.binary_search(place).is_ok()), "{rejected:?} are not all of {lines:?}");
}

/// Numbers and first bytes of the lines that are not blank.
fn numbered(bytes: &[u8]) -> Vec<(u64, u64)> {
    let mut start = 0;
    let mut numbered = Vec::new();
    for (number, line) in (1..).zip(bytes.split(|&byte| byte == b'\n')) {
        if !line.iter().all(u8::is_ascii_whitespace) {
            numbered.push((number, start));
        }
        start += line.len() as u64 + 1;
    }
    numbered
}

fn whole_lines(written: &[u8]) -> Vec<&[u8]> {
    assert!(written.is_empty() || written.ends_with(b"\n"));
    let lines: Vec<&[u8]> = written.split_inclusive(|&byte| byte == b'\n').collect();
    assert!(lines.iter().all(|line| line.starts_with(b"{") && line.ends_with(b"}\n")));
    lines
}

const LINES: &[&str] = &[
    r#"{"id": "a1", "text": "The quay is closed, a source said.", "title": "Quay"}"#,
    r#"{"text": "caf\u00e9 \ud83d\ude00 \"no\"\r\n", "url": "u", "published_time": "2026"}"#,
    r#"{"text": "\ud800"}"#,
    r#"{"text": 7, "id": 17.50, "more": {"text": [1, null, {"x": 1e400}]}}"#,
    r#"{"text": "a", "text": "b"}"#,
    r#"{"id": "", "text": ""}"#,
    r#"{"text": null, "source": true}"#,
    r#"["text"]"#,
    r#""text""#,
    "-0.0e-400",
    "{}",
    "null",
    "",
    "\u{feff}",
    "\u{feff}{\"text\": \"a\"}",
    "\u{b}",
    "\u{2028}",
    "{\"text\": \"tab\there\"}",
    "{'text': 'a'}",
    "{\"text\": \"a\"} {\"text\": \"b\"}",
];

/// Lines with some bytes changed, brackets over brackets, or any bytes.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let changes = prop::collection::vec((any::<Index>(), any::<u8>()), 0..4);
    let changed = (select(LINES), changes).prop_map(|(line, changes)| {
        let mut line = line.as_bytes().to_vec();
        for (at, byte) in changes {
            if !line.is_empty() {
                let at = at.index(line.len());
                line[at] = byte;
            }
        }
        line
    });
    let deep = (select(&["[", "{\"text\":", "{\"m\":["][..]), 1usize..300).prop_map(|(open, times)| open.repeat(times));
    let long = (65_590usize..65_800).prop_map(|length| format!("{{\"text\": \"{}\"}}", "x".repeat(length)));
    let magic = select(&[GZIP, ZSTD][..]).prop_map(<[u8]>::to_vec);
    prop_oneof![
        400 => select(LINES).prop_map(|line| line.as_bytes().to_vec()),
        400 => changed,
        100 => prop::collection::vec(any::<u8>(), 0..30),
        30 => deep.prop_map(String::into_bytes),
        10 => magic,
        1 => long.prop_map(String::into_bytes),
    ]
}

fn any_lines() -> impl Strategy<Value = Vec<u8>> {
    let end = select(&["\n", "\n", "\n", "\r\n", "\n\n", "\r", ""][..]);
    prop::collection::vec((line(), end), 0..4)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.into()].concat()).collect())
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_line_is_one_report_or_one_reject(bytes in any_lines()) {
        check(&bytes);
    }
}
