//! The gates on composed texts: every kind that gets no score, and texts that only look like one.

use std::collections::BTreeMap;

use candor::article::Article;
use candor::detect::Analysis;
use candor::detect::genre::Kind;
use candor::engine::Engine;
use candor::report::{Applicability, Caution, Options, View};
use candor::rpc::convert;

const COMPOSED: &str = include_str!("gates.txt");

/// A text, the kind it is about, and whether it is of that kind.
fn composed() -> Vec<(&'static str, bool, &'static str)> {
    let sections = COMPOSED.split("=== ").skip(1);
    sections
        .map(|section| {
            let (heading, text) = section.split_once('\n').unwrap();
            let near = heading.strip_prefix("near ");
            (near.unwrap_or(heading), near.is_none(), text)
        })
        .collect()
}

/// What is found in each text: for each kind how many of its texts, and of those near it how many are taken for any kind.
/// These are the counts that docs/gates.md states.
#[test]
fn each_kind_is_told_from_what_looks_like_it() {
    let mut counts: BTreeMap<&str, [u32; 4]> = BTreeMap::new();
    let mut wrong = Vec::new();
    for (kind, is_one, text) in composed() {
        let analysis = Analysis::of(&Article::from_text(text));
        let found = analysis.genre.other.as_ref().map(|(kind, _)| kind.id());
        let count = counts.entry(kind).or_default();
        count[if is_one { 0 } else { 2 }] += 1;
        let hit = if is_one { found == Some(kind) } else { found.is_some() };
        count[if is_one { 1 } else { 3 }] += u32::from(hit);
        if hit != is_one {
            wrong.push(format!("{kind}, {is_one}: {found:?}: {text:.60}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    for kind in Kind::ALL {
        let texts = if matches!(kind, Kind::Results | Kind::Horoscope) { 4 } else { 5 };
        assert_eq!(counts.get(kind.id()), Some(&[texts, texts, texts, 0]), "{}", kind.id());
    }
    assert_eq!(counts.len(), Kind::ALL.len());
}

#[test]
fn a_text_that_is_no_news_gets_a_reason_and_no_score() {
    let engine = Engine::embedded().unwrap();
    for (_, _, text) in composed().into_iter().filter(|(_, is_one, _)| *is_one) {
        let report = engine.score_for(&Article::from_text(text), View::Full);
        assert_eq!(report.applicability, Applicability::NotNews);
        assert!(report.applicability_reason.starts_with("It ") && report.applicability_reason.ends_with('.'));
        assert!(report.verdict.is_none() && report.cautions.is_empty() && report.counterfactuals.is_empty());
        assert_eq!(report.confidence, 0.0);
        assert!(!report.features.is_empty());
    }
}

const STORY: &str = "The council of Marin voted on Tuesday to close the old mill, the mayor said. It was built in 1891. \
    \"We have waited nine years for this,\" said Anna Vale, who leads the council. The firm that owns the mill said in a \
    statement that 40 people would lose their work. A report by the county found lead in the river in March 2019. \
    Carl Moss, a union official, said that the members would meet on Friday. The mill is the largest employer in the \
    valley, according to the labour office. Its closure will cost the town 3 million dollars a year, the report says. \
    The mayor said that the land would be sold by May 2021. Two firms from Leeds have asked for the papers, the clerk \
    said. Neither firm answered calls on Tuesday. The last shift ends on June 4, and a museum may follow. Joan Reed, \
    who has worked there since 1988, said that she would miss the noise. \"It never stopped,\" she said. The council \
    will publish the contract next week, its clerk said.";

fn scored(article: &Article<'_>) -> (f64, f64, Vec<Caution>) {
    let report = Engine::embedded().unwrap().score(article);
    (report.verdict.unwrap().score, report.confidence, report.cautions)
}

#[test]
fn a_caution_lowers_the_confidence_by_its_factor_and_leaves_the_score_alone() {
    let plain = Article { title: "Council closes mill", text: STORY, ..Article::default() };
    let (score, confidence, cautions) = scored(&plain);
    assert_eq!(cautions, []);
    let labelled = |url| Article { url, ..plain };
    for (url, caution) in [
        ("https://example.org/opinion/mill", Caution::OpinionSuspected),
        ("https://example.org/satire/mill", Caution::SatireSuspected),
        ("https://example.org/press-releases/mill", Caution::PressReleaseSuspected),
    ] {
        let (same, lower, cautions) = scored(&labelled(url));
        assert_eq!(cautions, [caution], "{url}");
        assert_eq!(same, score, "{url}");
        assert!((lower - confidence * caution.factor()).abs() < 1e-12, "{url}");
    }
    for url in ["https://example.org/2021/05/opinions-differ-on-mill", "https://example.org/humor-in-the-mill"] {
        assert_eq!(scored(&labelled(url)).2, [], "{url}");
    }
}

#[test]
fn the_full_view_says_what_would_move_the_score_and_why_each_feature_stands_where_it_does() {
    let engine = Engine::embedded().unwrap();
    let article = Article::from_text(STORY);
    let message = |view| {
        let options = Options { view, ..Options::default() };
        convert::report(engine.score_for(&article, view), &article, options)
    };
    let full = message(View::Full);
    assert!(full.counterfactuals.len() >= 5);
    let sizes = full.counterfactuals.iter().map(|change| change.logit_change.abs());
    assert!(sizes.is_sorted_by(|one, two| one >= two));
    for feature in &full.features {
        assert_eq!(feature.reason.is_empty(), feature.percentile.is_none(), "{}", feature.feature_id);
    }
    let basic = message(View::Basic);
    assert!(basic.counterfactuals.is_empty() && basic.features.iter().all(|feature| feature.reason.is_empty()));
    assert_eq!((basic.logit, basic.confidence), (full.logit, full.confidence));
}

#[test]
fn marks_of_a_release_and_credits_are_read_where_they_stand() {
    let cautions = |text: &str| scored(&Article::from_text(text)).2;
    for text in [
        format!("LEEDS, May 4 /PRNewswire/ -- {STORY}"),
        format!("{STORY}\n\n###"),
        format!(
            "{STORY}\n\nAbout the Marin Institute\n\nIt was founded in 1951 and is part of the town. It has a staff."
        ),
        format!("FOR IMMEDIATE RELEASE\n\n{STORY}"),
        format!("{STORY}\n\nMedia contact: Jane Hale, 555 0100"),
    ] {
        assert!(cautions(&text).contains(&Caution::PressReleaseSuspected), "{text:.60}");
    }
    assert!(cautions(&format!("LEEDS (The Borowitz Report) -- {STORY}")).contains(&Caution::SatireSuspected));
    assert!(cautions(&format!("{STORY}\n\nThis article is satire.")).contains(&Caution::SatireSuspected));
    for text in [
        format!("LEEDS -- PR Newswire was sold on Monday to a firm from Olow. {STORY}"),
        format!("LEEDS -- The Onion will move to Marin. {STORY}"),
        format!("{STORY}\n\nAbout 40 people came to the mill on Friday, police said, and nobody was hurt."),
        format!("{STORY}\n\nThe mayor said that the letter was satire and should be read as such by all of the town."),
        format!("{STORY} The court ordered the immediate release of the two men on Friday, the mayor said."),
    ] {
        assert_eq!(cautions(&text), [], "{text:.60}");
    }
}

#[test]
fn length_and_a_lost_end_are_cautions() {
    let short = STORY.split_inclusive(". ").take(9).collect::<String>();
    let (_, _, cautions) = scored(&Article::from_text(short.trim()));
    assert_eq!(cautions, [Caution::Short]);
    let cut = format!("{STORY} The clerk said that the");
    assert_eq!(scored(&Article::from_text(&cut)).2, [Caution::Truncated]);
}
