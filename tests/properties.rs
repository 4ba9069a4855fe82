//! What holds of every report, whatever the text.

mod common;
#[path = "common/sound.rs"]
mod sound;

use std::fs;
use std::path::Path;
use std::process::Command;

use candor::report::{OffsetEncoding, Options, View};
use candor::rpc::{Limits, convert, v1};
use candor::{Article, Engine};
use common::marks::MARKS;
use common::{article, item, request, start};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::strategy::ValueTree as _;
use prost::Message as _;
use std::sync::LazyLock;
use tokio_stream::StreamExt as _;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::embedded().unwrap());

const WORDS: &[&str] = &[
    "the",
    "a",
    "of",
    "in",
    "and",
    "to",
    "that",
    "said",
    "says",
    "told",
    "according",
    "source",
    "officials",
    "mayor",
    "Mayor",
    "Orla",
    "Brandt",
    "U.S.",
    "U.K.",
    "Mr.",
    "Dr.",
    "Jan.",
    "May",
    "may",
    "might",
    "9",
    "2024",
    "3.5",
    "percent",
    "%",
    "$4m",
    "report",
    "reports",
    "critics",
    "some",
    "he",
    "she",
    "they",
    "He",
    "She",
    "council",
    "council's",
    "workers'",
    "state-run",
    "media",
    "it",
    "is",
    "believed",
    "because",
    "largest",
    "first",
    "never",
    "could",
    "not",
    "hear",
    "clearly",
    "must",
    "disgraceful",
    "marks",
    "pivotal",
    "moment",
    "underscores",
    "need",
    "for",
    "concerns",
    "growing",
    "Share.",
    "By",
    "Advertisement",
    "Read",
    "more",
    "https://example.org/a?b=c",
    "www.example.org",
    "a.m.",
    "Inc.",
    "No.",
    "e.g.",
    "5'10\"",
    "'90s",
    "rock",
    "'n'",
    "roll",
    "J.",
    "K.",
    "x",
    "announced",
    "warned",
    "denied",
    "spokesperson",
    "ministry",
    "study",
    "published",
    "on",
    "Tuesday",
    "I",
    "I'm",
];

/// A run of words and marks, with and without blanks between.
fn news_like(pieces: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        6 => select(WORDS).prop_map(|word| format!("{word} ")),
        1 => select(WORDS).prop_map(str::to_owned),
        2 => select(MARKS).prop_map(str::to_owned),
        1 => select(MARKS).prop_map(|mark| format!("{mark} ")),
        1 => Just(". ".to_owned()),
    ];
    prop::collection::vec(piece, 0..pieces).prop_map(|pieces| pieces.concat())
}

const SENTENCES: &[&str] = &[
    "The harbour board of Tessmar voted on Monday to close the east pier, which carried 3,400 lorries a week.",
    "\u{201c}We have waited nine years for a repair that never came,\u{201d} said Orla Brandt, who runs the chandlery.",
    "According to a report published by the port authority in March, the pier has lost 12 percent of its timber.",
    "A source said that two members of the board might change sides.",
    "Critics say the closure will ruin the fishing trade!",
    "The decision marks a pivotal moment for the town and underscores the need for vigilance.",
    "Dr. J. K. Lindqvist of the U.S. survey told reporters at 5 p.m. that the cracks were \"not new\".",
    "She added that nobody had been hurt.",
    "The board did not respond to a request for comment.",
    "Share.",
    "Caf\u{e9} owners on the quay, some of whom \u{1f600} cheered, plan to meet on May 9, 2024.",
    "It remains to be seen what the future holds for the people of Tessmar.",
    "\u{201c}They are oppressing the small boats",
    "and then nothing was heard.\u{201d}",
];

/// Articles long enough for a score, in most cases.
fn long_article() -> impl Strategy<Value = String> {
    let joint = prop_oneof![3 => Just(" "), 1 => Just("\n\n"), 1 => Just("\r\n"), 1 => Just("\n")];
    prop::collection::vec((select(SENTENCES), joint), 6..24)
        .prop_map(|parts| parts.into_iter().flat_map(|(sentence, joint)| [sentence, joint]).collect())
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![3 => news_like(160), 2 => long_article(), 1 => any::<String>(), 1 => "\\PC{0,200}"]
}

fn any_title() -> impl Strategy<Value = String> {
    prop_oneof![2 => Just(String::new()), 2 => news_like(12), 1 => any::<String>()]
}

fn full() -> Options {
    Options { view: View::Full, offset_encoding: OffsetEncoding::default(), max_evidence: None }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_is_sound(title in any_title(), text in any_text()) {
        let article = Article { title: &title, ..Article::from_text(&text) };
        let report = ENGINE.score_for(&article, View::Full);
        sound::check(&report, &article);
    }

    #[test]
    fn the_same_article_gives_the_same_bytes(title in any_title(), text in any_text()) {
        let article = Article { title: &title, ..Article::from_text(&text) };
        let (first, second) = (ENGINE.score(&article), ENGINE.score(&article));
        prop_assert_eq!(&first, &second);
        let bytes = |report| convert::report(report, &article, full()).encode_to_vec();
        prop_assert_eq!(bytes(first), bytes(second));
    }

    #[test]
    fn the_publisher_and_the_name_of_an_article_move_nothing(text in long_article(), name in any::<String>()) {
        let plain = ENGINE.score(&Article::from_text(&text));
        let named = ENGINE.score(&Article { id: &name, source: &name, ..Article::from_text(&text) });
        prop_assert_eq!(plain, named);
    }

    #[test]
    fn line_ends_do_not_matter(text in long_article()) {
        let unix = text.replace("\r\n", "\n");
        let windows = unix.replace('\n', "\r\n");
        let (unix, windows) = (ENGINE.score(&Article::from_text(&unix)), ENGINE.score(&Article::from_text(&windows)));
        prop_assert_eq!(unix.verdict, windows.verdict);
        prop_assert_eq!(unix.evidence.len(), windows.evidence.len());
        prop_assert_eq!(unix.sentences.len(), windows.sentences.len());
    }
}

#[test]
fn the_generator_reaches_scores_and_refusals() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let (mut scored, mut refused) = (0, 0);
    for _ in 0..60 {
        let text = any_text().new_tree(&mut runner).unwrap().current();
        match ENGINE.score(&Article::from_text(&text)).verdict {
            Some(_) => scored += 1,
            None => refused += 1,
        }
    }
    assert!(scored >= 8 && refused >= 8, "{scored} scored, {refused} refused");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, ..ProptestConfig::default() })]

    #[test]
    fn every_way_in_gives_the_same_report(texts in prop::collection::vec(any_text(), 1..8)) {
        assert_every_way_in_agrees(&texts);
    }
}

/// One article by every way in: alone, in a batch, in a stream, and as a file of the command line.
fn assert_every_way_in_agrees(texts: &[String]) {
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("properties-{}", std::process::id()));
    fs::create_dir_all(&scratch).unwrap();
    let articles: Vec<v1::Article> = texts
        .iter()
        .enumerate()
        .map(|(number, text)| {
            let path = scratch.join(format!("{number}.txt"));
            fs::write(&path, text).unwrap();
            article(path.to_str().unwrap(), text)
        })
        .collect();
    let output = Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["score", "--format", "jsonl", "--view", "full"])
        .args(articles.iter().map(|article| &article.id))
        .env_remove("CANDOR_MODEL")
        .env_remove("CANDOR_MAX_TEXT_BYTES")
        .output()
        .unwrap();
    fs::remove_dir_all(&scratch).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let printed: Vec<serde_json::Value> =
        output.stdout.split(|b| *b == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect();
    assert_eq!(printed.len(), articles.len());

    let view = v1::ReportView::Full.into();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let server = start(Limits::default()).await.unwrap();
        let mut single = Vec::new();
        for article in &articles {
            let asked = v1::ScoreArticleRequest { view, ..request(article.clone()) };
            single.push(server.client().score_article(asked).await.unwrap().into_inner().report.unwrap());
        }
        let asked = v1::BatchScoreArticlesRequest {
            articles: articles.clone(),
            view,
            ..v1::BatchScoreArticlesRequest::default()
        };
        let batch = server.client().batch_score_articles(asked).await.unwrap().into_inner().results;
        let items: Vec<_> =
            articles.iter().map(|article| v1::StreamScoreArticlesRequest { view, ..item(article.clone()) }).collect();
        let stream = server.client().stream_score_articles(tokio_stream::iter(items)).await.unwrap().into_inner();
        let streamed: Vec<_> = stream.map(Result::unwrap).collect().await;
        let report = |slot: Option<&v1::ArticleResult>| match slot.and_then(|slot| slot.result.clone()) {
            Some(v1::article_result::Result::Report(report)) => report,
            other => panic!("no report: {other:?}"),
        };
        for (at, single) in single.iter().enumerate() {
            assert_eq!(&report(batch.get(at)), single);
            assert_eq!(&report(streamed[at].result.as_ref()), single);
            // The command line prints numbers as JSON does; the one implementation of the mapping writes both.
            let mapped: serde_json::Value = serde_json::from_str(&serde_json::to_string(single).unwrap()).unwrap();
            let printed: v1::Report = serde_json::from_value(printed[at].clone()).unwrap();
            assert_eq!(&printed, single, "{mapped}");
        }
    });
}
