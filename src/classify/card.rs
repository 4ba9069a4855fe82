//! The card of the shipped classifiers: what each was fitted on, how it does, what it leans on.

use std::fmt::Write;

use super::classifier::ClassifierFile;

/// So many patterns are named for each side.
const NAMED: usize = 16;

/// The card of some classifiers, as Markdown.
#[must_use]
pub fn card(files: &[ClassifierFile]) -> String {
    let mut text = String::from(
        "# Classifier card: sentences and headlines\n\n\
Small logistic regressions over named patterns (words, pairs of neighbours, classes of the lexicon, length), fitted with\n\
linfa's FTRL. Each answers one question about one sentence or headline, as an aid to a detector. None of them knows\n\
whether a statement is true, and none sees who published it. They were fitted on English of a few genres: debates\n\
for check-worthiness, articles on politics and the economy for subjectivity, headlines of six outlets for clickbait.\n\
Topics of those sets stand among the patterns, and a text on other topics is judged by fewer of them.\n\n\
The figures are of rows that a fold's classifier had not seen; rows of one article or outlet may be on both sides of a\n\
split, which flatters them.\n\n\
| classifier | rows | positives | folds | weighted F1 | macro F1 | AUC | patterns |\n\
|---|---|---|---|---|---|---|---|\n",
    );
    for file in files {
        let figures = &file.evaluation;
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.3} | {:.3} | {:.3} | {} |",
            file.name,
            figures.rows,
            figures.positives,
            figures.folds,
            figures.weighted_f1,
            figures.macro_f1,
            figures.auc,
            file.weights.len()
        );
    }
    for file in files {
        let _ = write!(text, "\n## {}\n\n", file.name);
        for source in &file.fitted_on {
            let _ = writeln!(text, "- Fitted on: {source}");
        }
        let _ = writeln!(text, "- Made by `{}`; the same rows give the same file.", file.created_from);
        let mut ranked: Vec<(&String, &f64)> = file.weights.iter().collect();
        ranked.sort_by(|a, b| a.1.total_cmp(b.1).then_with(|| a.0.cmp(b.0)));
        let list = |ranked: &mut dyn Iterator<Item = &(&String, &f64)>| {
            let named: Vec<String> =
                ranked.take(NAMED).map(|(name, weight)| format!("`{name}` {weight:+.2}")).collect();
            named.join(", ")
        };
        let _ = writeln!(text, "- Strongest for yes: {}", list(&mut ranked.iter().rev()));
        let _ = writeln!(text, "- Strongest for no: {}", list(&mut ranked.iter()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::classify::Evaluation;
    use std::collections::BTreeMap;

    #[test]
    fn a_card_names_data_figures_and_the_strongest_patterns() {
        let file = ClassifierFile {
            schema: String::new(),
            name: "clickbait".to_owned(),
            created_from: "candor".to_owned(),
            fitted_on: vec!["Headlines, MIT.".to_owned()],
            evaluation: Evaluation { rows: 10, positives: 4, folds: 5, weighted_f1: 0.9, macro_f1: 0.89, auc: 0.951 },
            bias: 0.0,
            threshold: 0.5,
            weights: BTreeMap::from([("you".to_owned(), 2.0), ("police".to_owned(), -1.5)]),
        };
        let card = card(&[file]);
        assert!(card.contains("| clickbait | 10 | 4 | 5 | 0.900 | 0.890 | 0.951 | 2 |"), "{card}");
        assert!(card.contains("Strongest for yes: `you` +2.00") && card.contains("Strongest for no: `police` -1.50"));
        assert!(card.contains("Headlines, MIT."));
    }
}
