//! Text statistics against the values of the programs that define them.
//!
//! `statistics/datatrove.json` holds what datatrove 0.10.1 computes for texts composed for it, with the words that it
//! computed them on; `statistics/textstat.json` what textstat 0.7.13 prints.

use std::fs;
use std::path::Path;

use candor::detect::Analysis;
use candor::detect::statistics::c4::{Discard, Page};
use candor::detect::statistics::fineweb::Lines;
use candor::detect::statistics::gopher::{DUPLICATE_GRAMS, Quality, Repetition, TOP_GRAMS};
use candor::features::{self, TEXT_STATISTICS};
use candor::{Article, Engine};
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// Every value of the reference that we have, and ours.
fn compare(name: &str, text: &str, words: &[&str], reference: &Value) -> usize {
    let mut compared = 0;
    let mut equal = |id: &str, of: &Value, ours: Option<f64>| {
        let theirs = of.get(id).unwrap_or_else(|| panic!("{name}: the reference has no {id}"));
        let theirs = theirs.as_array().map(|found| found.len() as f64).or_else(|| theirs.as_f64());
        let same = match (theirs, ours) {
            (Some(theirs), Some(ours)) => (theirs - ours).abs() <= 1e-12,
            (None, None) => true,
            _ => false,
        };
        assert!(same, "{name}: {id} is {ours:?}, the reference has {theirs:?}");
        compared += 1;
    };
    let of = &reference["repetition"];
    let found = Repetition::of(text, words).unwrap();
    equal("n_paragraphs", of, Some(f64::from(found.paragraphs.pieces)));
    equal("dup_para_frac", of, Some(found.paragraphs.share));
    equal("dup_para_char_frac", of, Some(found.paragraphs.char_share));
    equal("n_lines", of, Some(f64::from(found.lines.pieces)));
    equal("dup_line_frac", of, Some(found.lines.share));
    equal("dup_line_char_frac", of, Some(found.lines.char_share));
    for (n, top) in TOP_GRAMS.iter().zip(found.top_grams) {
        equal(&format!("top_{n}_gram_char_frac"), of, top);
    }
    for (n, share) in DUPLICATE_GRAMS.iter().zip(found.duplicate_grams) {
        equal(&format!("dup_{n}_gram_char_frac"), of, Some(share));
    }
    let of = &reference["quality"];
    let found = Quality::of(text, words).unwrap();
    equal("n_words", of, Some(f64::from(found.words)));
    equal("n_non_symbol_words", of, Some(f64::from(found.plain_words)));
    equal("avg_word_length", of, found.mean_word_length);
    equal("hash_to_word_ratio", of, Some(found.hashes));
    equal("ellipsis_to_word_ratio", of, Some(found.ellipses));
    equal("n_splitlines", of, Some(f64::from(found.lines)));
    equal("bullet_line_frac", of, Some(found.bullet_lines));
    equal("ellipsis_line_frac", of, Some(found.ellipsis_lines));
    equal("alpha_word_frac", of, Some(found.alphabetic_words));
    equal("stop_words_found", of, Some(f64::from(found.stop_words)));
    let of = &reference["fineweb"];
    let found = Lines::of(text, words.len()).unwrap();
    equal("n_nonblank_lines", of, Some(f64::from(found.lines)));
    equal("line_punct_ratio", of, Some(found.punctuated));
    equal("short_line_ratio", of, Some(found.short));
    equal("char_dup_ratio", of, Some(found.repeated_chars));
    equal("newline_to_word_ratio", of, found.line_feeds);
    compared
}

fn words(of: &Value) -> Vec<&str> {
    of.as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect()
}

#[test]
fn gopher_and_fineweb_equal_datatrove_on_composed_texts() {
    let fixture = json(&Path::new(ROOT).join("tests/statistics/datatrove.json"));
    let texts = fixture["texts"].as_object().unwrap().iter().filter(|(_, reference)| reference.get("tokens").is_some());
    let compared: Vec<usize> = texts
        .map(|(name, reference)| {
            compare(name, reference["text"].as_str().unwrap(), &words(&reference["tokens"]), reference)
        })
        .collect();
    assert_eq!(compared, [30; 7]);
}

#[test]
fn c4_drops_the_lines_that_datatrove_drops() {
    let fixture = json(&Path::new(ROOT).join("tests/statistics/datatrove.json"));
    for (name, reference) in fixture["texts"].as_object().unwrap() {
        let page = Page::read(reference["text"].as_str().unwrap());
        let count = |id: &str| reference["c4"][id].as_u64().unwrap() as u32;
        let dropped = page.dropped;
        assert_eq!(page.lines, count("lines"), "{name}");
        assert_eq!(page.kept_lines.len() as u32, count("kept"), "{name}");
        assert_eq!(dropped.long_word, count("long_word"), "{name}");
        assert_eq!(dropped.no_terminal_mark, count("no_terminal_mark"), "{name}");
        assert_eq!(dropped.few_words, count("few_words"), "{name}");
        assert_eq!(dropped.javascript, count("javascript"), "{name}");
        assert_eq!(dropped.policy, count("policy"), "{name}");
        let discarded = page.discarded.map(|discard| match discard {
            Discard::LoremIpsum => "lorem_ipsum",
            Discard::CurlyBracket => "curly_bracket",
        });
        assert_eq!(discarded, reference["c4"]["discarded"].as_str(), "{name}");
    }
}

#[test]
fn gopher_and_fineweb_equal_datatrove_on_articles() {
    let shared = Path::new(ROOT).join("../shared");
    let path = shared.join("data/gopher/gopher-reference.json");
    if !path.exists() {
        println!("skipped: there is no reference outside the repository");
        return;
    }
    let reference = json(&path);
    let mut compared = 0;
    for (name, of) in reference["articles"].as_object().unwrap() {
        let text = fs::read_to_string(shared.join("seeds").join(name)).unwrap();
        compared += compare_spacy(name, &text, of);
    }
    for (name, of) in reference["synthetic"].as_object().unwrap() {
        compared += compare_spacy(name, of["text"].as_str().unwrap(), of);
    }
    assert_eq!(compared, 12 * 30);
}

/// In the reference, values stand under the name of their tokeniser.
fn compare_spacy(name: &str, text: &str, of: &Value) -> usize {
    let spacy = serde_json::json!({
        "repetition": of["repetition"]["spacy"],
        "quality": of["quality"]["spacy"],
        "fineweb": of["fineweb"]["spacy"],
    });
    compare(name, text, &words(&of["tokens_spacy"]), &spacy)
}

#[test]
fn readability_equals_textstat_where_the_counts_are_equal() {
    let fixture = json(&Path::new(ROOT).join("tests/statistics/textstat.json"));
    for (name, reference) in fixture["texts"].as_object().unwrap() {
        let article = Article::from_text(reference["text"].as_str().unwrap());
        let analysis = Analysis::of(&article);
        for (id, value) in reference["values"].as_object().unwrap() {
            let feature = TEXT_STATISTICS.iter().find(|feature| feature.id == id).unwrap();
            let found = (feature.measure)(&analysis).value().unwrap();
            assert!((found - value.as_f64().unwrap()).abs() < 1e-9, "{name}: {id} is {found}, textstat has {value}");
        }
    }
}

#[test]
fn only_the_full_view_has_them_and_they_move_no_score() {
    let engine = Engine::embedded().unwrap();
    let fixture = json(&Path::new(ROOT).join("tests/statistics/textstat.json"));
    let article = Article::from_text(fixture["texts"]["court"]["text"].as_str().unwrap());
    let basic = engine.score(&article);
    let full = engine.score_for(&article, candor::report::View::Full);
    assert_eq!(full.verdict, basic.verdict);
    assert_eq!(full.evidence, basic.evidence);
    assert_eq!(full.features[..basic.features.len()], basic.features);
    assert_eq!(full.features.len(), features::catalogue().count());
    for (found, feature) in full.features.iter().zip(features::catalogue()) {
        assert_eq!(found.id(), feature.id);
    }
    let statistics = &full.features[basic.features.len()..];
    assert!(statistics.iter().all(|found| found.contribution == Some(0.0) && found.percentile.is_none()));
    assert!(statistics.iter().all(|found| found.value.is_some()), "{statistics:?}");
}
