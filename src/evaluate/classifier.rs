//! The sentence classifiers: fitted here on gold rows, and measured on rows they have not seen.

use std::fmt;

use super::gold::{GoldArticle, GoldSet};
use super::metrics::{Confusion, Judgement, Scored};
use crate::article::Article;
use crate::classify::{Classifier, ClassifierFile, Evaluation, FitError, Rows, Sample, Task, fit};
use crate::random::SplitMix;
use crate::text::Document;

/// The rows of a gold set, ready to be fitted on. A row without a label for the task is left out.
#[derive(Debug)]
pub struct TaskRows<'g> {
    task: Task,
    rows: Rows,
    articles: Vec<(&'g GoldArticle, bool)>,
    folds: Vec<Option<usize>>,
}

impl<'g> TaskRows<'g> {
    #[must_use]
    pub fn new(task: Task, set: &'g GoldSet) -> Self {
        let mut all = TaskRows { task, rows: Rows::default(), articles: Vec::new(), folds: Vec::new() };
        for article in &set.articles {
            let Some((label, fold)) = article.sentences.first().and_then(|row| {
                let fold = row.labels.get("fold").and_then(serde_json::Value::as_u64);
                Some((label(row.labels.get("label")?)?, fold.map(|fold| fold as usize)))
            }) else {
                continue;
            };
            with_sample(task, &article.text, |sample| all.rows.push(&article.text, sample, label));
            all.articles.push((article, label));
            all.folds.push(fold);
        }
        all
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// Fits on all rows.
    ///
    /// # Errors
    /// See [`fit`].
    pub fn fit(&self) -> Result<ClassifierFile, FitError> {
        let all: Vec<usize> = (0..self.len()).collect();
        fit(&self.rows, &all, self.task.name(), &self.task.settings())
    }

    /// Answers for every row, each by a classifier fitted on the other folds: those the rows name, or
    /// drawn.
    ///
    /// # Errors
    /// See [`fit`].
    pub fn cross_validate(&self, folds: usize) -> Result<Answers, FitError> {
        let mut random = SplitMix::new(11);
        let drawn: Vec<usize> = self.folds.iter().map(|fold| fold.unwrap_or_else(|| random.below(folds))).collect();
        let mut answers = Answers { rows: vec![None; self.len()], words: self.words(), folds };
        for fold in 0..folds {
            let (out, within): (Vec<usize>, Vec<usize>) =
                (0..self.len()).partition(|row| drawn.get(*row).is_some_and(|drawn| drawn % folds == fold));
            if out.is_empty() {
                continue;
            }
            let file = fit(&self.rows, &within, self.task.name(), &self.task.settings())?;
            self.answer(&Classifier::new(&file), &out, &mut answers);
        }
        Ok(answers)
    }

    /// Answers for every row by one classifier.
    #[must_use]
    pub fn judge(&self, classifier: &Classifier) -> Answers {
        let mut answers = Answers { rows: vec![None; self.len()], words: self.words(), folds: 0 };
        let all: Vec<usize> = (0..self.len()).collect();
        self.answer(classifier, &all, &mut answers);
        answers
    }

    fn answer(&self, classifier: &Classifier, rows: &[usize], answers: &mut Answers) {
        for &row in rows {
            let (Some((article, gold)), Some(slot)) = (self.articles.get(row), answers.rows.get_mut(row)) else {
                continue;
            };
            with_sample(self.task, &article.text, |sample| {
                let score = classifier.probability(sample);
                *slot = Some(Scored { gold: *gold, score, predicted: score >= classifier.threshold() });
            });
        }
    }

    fn words(&self) -> Vec<String> {
        self.articles.iter().map(|(article, _)| article.text.clone()).collect()
    }
}

fn with_sample(task: Task, text: &str, mut then: impl FnMut(&Sample<'_>)) {
    if task == Task::Clickbait {
        let document = Document::read(&Article { title: text, ..Article::from_text("") });
        let tokens = document.headline.as_ref().map(|headline| headline.tokens.as_slice()).unwrap_or_default();
        then(&Sample { tokens, cues: &[], cased: false });
    } else {
        let document = Document::read(&Article::from_text(text));
        then(&Sample { tokens: &document.tokens, cues: &document.cues, cased: true });
    }
}

fn label(value: &serde_json::Value) -> Option<bool> {
    match value.as_str() {
        Some("clickbait") => Some(true),
        Some("news") => Some(false),
        Some(_) => None,
        None => value.as_f64().map(|number| number > 0.5),
    }
}

/// What was answered for each row. Displays as a table.
#[derive(Debug)]
pub struct Answers {
    rows: Vec<Option<Scored>>,
    words: Vec<String>,
    folds: usize,
}

impl Answers {
    fn scored(&self) -> Vec<Scored> {
        self.rows.iter().flatten().copied().collect()
    }

    /// The figures that a classifier's file records.
    #[must_use]
    pub fn evaluation(&self) -> Evaluation {
        let scored = self.scored();
        let counts = Confusion::of(scored.iter().map(Scored::judgement));
        let rounded = |figure: f64| libm::round(figure * 1e4) / 1e4;
        Evaluation {
            rows: scored.len(),
            positives: counts.positives() as usize,
            folds: self.folds,
            weighted_f1: rounded(counts.weighted_f1()),
            macro_f1: rounded(counts.macro_f1()),
            auc: rounded(Scored::auc(&scored)),
        }
    }

    /// The rows answered most wrongly: so many of each kind, surest first.
    #[must_use]
    pub fn errors(&self, most: usize) -> (Vec<&str>, Vec<&str>) {
        let list = |gold: bool| {
            let mut wrong: Vec<(f64, &str)> = self
                .rows
                .iter()
                .zip(&self.words)
                .filter_map(|(row, words)| Some((row.as_ref()?, words.as_str())))
                .filter(|(row, _)| row.gold == gold && row.predicted != gold)
                .map(|(row, words)| (if gold { row.score } else { -row.score }, words))
                .collect();
            wrong.sort_by(|a, b| a.0.total_cmp(&b.0));
            wrong.into_iter().take(most).map(|(_, words)| words).collect()
        };
        (list(false), list(true))
    }
}

impl fmt::Display for Answers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scored = self.scored();
        let judgements = || scored.iter().map(Scored::judgement);
        let counts = Confusion::of(judgements());
        let always = Confusion::of(judgements().map(|one| Judgement { predicted: true, ..one }));
        writeln!(f, "| metric | rows | positives | value | 95% interval | always yes |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        let mut line = |metric: &str, value: f64, (low, high): (f64, f64), floor: f64| {
            let (total, positives) = (counts.total(), counts.positives());
            writeln!(f, "| {metric} | {total} | {positives} | {value:.4} | {low:.4}-{high:.4} | {floor:.4} |")
        };
        let interval = |figure: fn(&Confusion) -> f64| Scored::interval(&scored, figure);
        line("F1", counts.f1(), interval(Confusion::f1), always.f1())?;
        line("weighted F1", counts.weighted_f1(), interval(Confusion::weighted_f1), always.weighted_f1())?;
        line("macro F1", counts.macro_f1(), interval(Confusion::macro_f1), always.macro_f1())?;
        line("AUC", Scored::auc(&scored), Scored::auc_interval(&scored), 0.5)
    }
}
