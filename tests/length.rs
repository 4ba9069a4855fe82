//! Length is the great confound: what a feature says of an article must not be how long it is.

#[path = "../benches/pipeline/news.rs"]
mod news;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::path::Path;

use candor::Article;
use candor::features::{FEATURES, Feature, FeatureVector};
use flate2::read::GzDecoder;
use news::Newsroom;

const CUTS: [usize; 3] = [300, 600, 1200];

/// Features that grow with the text by their definition, and why no rate would do.
const COUNTS: &[(&str, &str)] = &[
    ("distinct_source_count", "more text has room for more sources; shown, never scored"),
    ("negated_evidence_count", "so rare that a rate of a short text would be a lottery"),
    ("number_conflict_count", "one contradiction is one, however long the text"),
    ("date_arithmetic_error_count", "one contradiction is one, however long the text"),
];

/// Features that the composed articles would wrong: their stock of phrases is small, so that much of a longer one
/// was said before, as little is in real copy.
const STOCK: &[&str] = &["paraphrase_repeat_ratio", "filler_sentence_ratio", "repeated_ngram_ratio"];

/// The largest share falls as sources are added, whatever the length does: shown, never scored.
const SHARES: &[&str] = &["top_source_share"];

/// How far the mean over composed articles may move between cuts, in the feature's unit: a tenth of its mean and a
/// fiftieth of what its unit commonly spans.
fn band(feature: &Feature, mean: f64) -> f64 {
    let span = match feature.range {
        (_, most) if most <= 1.0 => 1.0,
        // Cues for each 100 words or sentences.
        (_, most) if most <= 100.0 => 5.0,
        _ => 20.0,
    };
    0.1 * mean.abs() + 0.02 * span
}

/// The beginning of a text: so many words, and the rest of their sentence.
fn cut(text: &str, words: usize) -> &str {
    let mut left = words;
    let mut in_word = false;
    let mut ended = false;
    for (at, c) in text.char_indices() {
        if c.is_whitespace() {
            if left == 0 && (ended || c == '\n') {
                return &text[..at];
            }
            in_word = false;
        } else {
            if !in_word {
                in_word = true;
                left = left.saturating_sub(1);
            }
            ended = matches!(c, '.' | '!' | '?') || ended && matches!(c, '"' | '”' | '’' | ')');
        }
    }
    text
}

/// The values of each feature, by cut.
fn measure<'t>(texts: impl Iterator<Item = &'t str>) -> BTreeMap<usize, [Vec<f64>; 3]> {
    let mut values: BTreeMap<usize, [Vec<f64>; 3]> = BTreeMap::new();
    for text in texts {
        let vectors = CUTS.map(|words| FeatureVector::of(&Article::from_text(cut(text, words))));
        for at in 0..FEATURES.len() {
            let found = vectors.each_ref().map(|vector| vector.as_slice()[at].value());
            if let [Some(short), Some(middle), Some(long)] = found {
                for (list, value) in values.entry(at).or_default().iter_mut().zip([short, middle, long]) {
                    list.push(value);
                }
            }
        }
    }
    values
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// How much more often a value of the first list is above one of the second than below, -1 to 1.
fn cliffs_delta(one: &[f64], two: &[f64]) -> f64 {
    let sign = |a: &f64| two.iter().map(|b| f64::from(u8::from(a > b)) - f64::from(u8::from(a < b))).sum::<f64>();
    one.iter().map(sign).sum::<f64>() / (one.len() * two.len()).max(1) as f64
}

#[test]
fn no_feature_measures_length() {
    let mut newsroom = Newsroom::new(11);
    let texts: Vec<String> = (0..40).map(|_| newsroom.article(9_000)).collect();
    let mut wrong = Vec::new();
    for (at, cuts) in measure(texts.iter().map(String::as_str)) {
        let feature = &FEATURES[at];
        let means = cuts.each_ref().map(|values| mean(values));
        let drift = means.iter().fold(0.0_f64, |most, value| most.max((value - means[2]).abs()));
        let exempt = COUNTS.iter().any(|(id, _)| *id == feature.id)
            || STOCK.contains(&feature.id)
            || SHARES.contains(&feature.id);
        if !exempt && drift > band(feature, means[2]) {
            wrong.push(format!("{}: {means:.3?} over {} articles", feature.id, cuts[0].len()));
        }
    }
    assert!(wrong.is_empty(), "drift with length:\n{}", wrong.join("\n"));
}

#[test]
fn counts_say_that_they_are_counts() {
    for (id, _) in COUNTS {
        let Some(feature) = FEATURES.iter().find(|feature| feature.id == *id) else { panic!("there is no {id}") };
        assert_eq!(feature.unit, "count", "{id}");
    }
}

#[test]
fn a_cut_ends_with_a_sentence() {
    let text = "The mill burned. “Nobody was hurt.” It was old\nand dry.";
    assert_eq!(cut(text, 2), "The mill burned.");
    assert_eq!(cut(text, 4), "The mill burned. “Nobody was hurt.”");
    assert_eq!(cut(text, 7), "The mill burned. “Nobody was hurt.” It was old");
    assert_eq!(cut(text, 50), text);
}

/// Prints how features move with length over real articles: `cargo test --test length -- --ignored --nocapture`.
#[test]
#[ignore = "prints a table over articles that are not part of the repository"]
fn table_over_articles() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/gold/attribution/polnear.train.docs.jsonl.gz");
    let Ok(file) = File::open(&path) else {
        println!("skipped: there is no {}", path.display());
        return;
    };
    let texts: Vec<String> = BufReader::new(GzDecoder::new(file))
        .lines()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(&line.unwrap()).unwrap()["text"].as_str().unwrap().to_owned()
        })
        .filter(|text| text.split_whitespace().count() > CUTS[2])
        .collect();
    println!("{} articles\n| feature | 300 | 600 | 1,200 | delta 300:1,200 | delta 600:1,200 | n |", texts.len());
    for (at, cuts) in measure(texts.iter().map(String::as_str)) {
        let [short, middle, long] = cuts.each_ref().map(|values| mean(values));
        println!(
            "| {} | {short:.3} | {middle:.3} | {long:.3} | {:+.2} | {:+.2} | {} |",
            FEATURES[at].id,
            cliffs_delta(&cuts[0], &cuts[2]),
            cliffs_delta(&cuts[1], &cuts[2]),
            cuts[0].len(),
        );
    }
}
