//! What happened to a text on its way to us changes how far the report can be trusted, and not the score.

use candor::report::{Applicability, Caution, Report};
use candor::{Article, Engine};

const ARTICLE: &str = include_str!("articles/well_sourced.txt");

fn report(text: &str) -> Report {
    Engine::embedded().unwrap().score(&Article::from_text(text))
}

fn score(report: &Report) -> f64 {
    report.verdict.as_ref().expect("a score").score
}

#[test]
fn tags_of_html_leave_the_score_as_it_is_and_are_cautioned_of() {
    let paragraphs = |tags: &dyn Fn(&str) -> String| {
        ARTICLE.lines().filter(|line| !line.is_empty()).map(tags).collect::<Vec<_>>().join("\n")
    };
    let plain = report(&paragraphs(&|line| format!("{line}\n")));
    assert!(!plain.cautions.contains(&Caution::Markup));
    for marked_up in [
        paragraphs(&|line| format!("<p>{line}</p>")),
        paragraphs(&|line| format!("<p class=\"body\" style='margin: 0'>{line}</p><br/>")),
        paragraphs(&|line| format!("<div><P>{}</P></div>", line.replace(" said ", " <b>said</b> "))),
    ] {
        let found = report(&marked_up);
        assert_eq!(score(&found).to_bits(), score(&plain).to_bits(), "{marked_up}");
        assert!(found.cautions.contains(&Caution::Markup), "{:?}", found.cautions);
        assert!(!found.cautions.contains(&Caution::Truncated), "{:?}", found.cautions);
        assert!(found.confidence < plain.confidence);
    }
}

#[test]
fn two_tags_are_what_a_text_is_about() {
    let text = format!("{ARTICLE}\n\nThe tag <p> begins a paragraph, and <br> breaks a line, Jane Doe said.\n");
    assert!(!report(&text).cautions.contains(&Caution::Markup));
}

#[test]
fn a_text_that_lost_its_case_is_cautioned_of_and_scores_alike_in_capitals_and_in_small_letters() {
    let (capitals, small) = (report(&ARTICLE.to_uppercase()), report(&ARTICLE.to_lowercase()));
    for found in [&capitals, &small] {
        assert!(found.cautions.contains(&Caution::Caseless), "{:?}", found.cautions);
        assert!(!found.cautions.contains(&Caution::Garbled), "{:?}", found.cautions);
    }
    assert!((score(&capitals) - score(&small)).abs() < 0.1, "{} and {}", score(&capitals), score(&small));
    assert!(!report(ARTICLE).cautions.contains(&Caution::Caseless));
}

#[test]
fn words_in_disorder_are_no_prose() {
    let mut words: Vec<&str> = ARTICLE.split_whitespace().collect();
    // A walk through the words that never meets two neighbours.
    let step = (words.len() / 3..).find(|step| gcd(*step, words.len()) == 1).unwrap();
    words = (0..words.len()).map(|at| words[at * step % words.len()]).collect();
    let lines: Vec<String> = words.chunks(40).map(|line| line.join(" ")).collect();
    let found = report(&lines.join("\n\n"));
    assert_eq!(found.applicability, Applicability::NotProse, "{}", found.applicability_reason);
    assert!(found.applicability_reason.contains("no running text"), "{}", found.applicability_reason);
    assert_eq!(report(ARTICLE).applicability, Applicability::Ok);
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
