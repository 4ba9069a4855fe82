//! Asks the detectors about gold sentences and counts the answers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::Value;

use crate::article::Article;
use crate::classify::Task;
use crate::detect::Analysis;
use crate::lexicon::CueClass;
use crate::report::{SourceKind, Support, Voice};
use crate::text::Document;

use super::attribution;
use super::gold::{GoldArticle, GoldSentence, GoldSet};
use super::metrics::{Classes, Confusion, Judgement, f1_interval};

/// What is judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Detector {
    /// All labels of the news-evidence format.
    Evidence,
    /// A sentence with a cue of uncertainty.
    Hedging,
    /// Who is said to have said what: by sentence, or by token where relations are annotated.
    Attribution,
    /// A check-worthy sentence.
    Claims,
    /// A subjective sentence.
    Subjectivity,
    /// A headline that teases.
    Clickbait,
    /// Where a sentence begins inside a paragraph.
    Sentences,
}

impl Detector {
    /// The classifier behind the detector.
    #[must_use]
    pub fn task(self) -> Option<Task> {
        match self {
            Detector::Claims => Some(Task::CheckWorthy),
            Detector::Subjectivity => Some(Task::Subjective),
            Detector::Clickbait => Some(Task::Clickbait),
            _ => None,
        }
    }
}

/// One label: its name in the rows, and Candor's answer.
struct Label {
    name: &'static str,
    gold: fn(&Value) -> Option<bool>,
    predict: fn(&Analysis<'_>, usize) -> bool,
}

pub(super) fn flag(row: &Value, key: &str) -> Option<bool> {
    match row.get(key)? {
        Value::Bool(yes) => Some(*yes),
        Value::Number(number) => number.as_f64().map(|number| number > 0.5),
        _ => None,
    }
}

const EVIDENCE: &[Label] = &[
    Label { name: "check_worthy", gold: |row| flag(row, "check_worthy"), predict: worthy },
    Label { name: "unsupported", gold: |row| flag(row, "unsupported"), predict: unsupported },
    Label {
        name: "hedge",
        gold: |row| flag(row, "hedge"),
        predict: |analysis, at| analysis.hedging.sentences.get(at).is_some_and(|own| own.hedged),
    },
    Label {
        name: "weasel",
        gold: |row| flag(row, "weasel"),
        predict: |analysis, at| has_kind(analysis, at, SourceKind::Collective),
    },
    Label { name: "opinion", gold: |row| flag(row, "opinion"), predict: opinion },
    Label {
        name: "filler",
        gold: |row| flag(row, "filler"),
        predict: |analysis, at| analysis.padding.filler.get(at).copied().unwrap_or(false),
    },
    Label { name: "boilerplate", gold: |row| flag(row, "boilerplate"), predict: boilerplate },
    Label {
        name: "bare_anonymous",
        gold: |row| flag(row, "bare_anonymous"),
        predict: |analysis, at| has_kind(analysis, at, SourceKind::BareAnonymous),
    },
    Label { name: "sourced", gold: sourced, predict: is_sourced },
];

const HEDGING: &[Label] = &[Label { name: "hedged", gold: |row| flag(row, "label"), predict: any_hedge }];
const CLAIMS: &[Label] = &[Label { name: "check_worthy", gold: |row| flag(row, "label"), predict: worthy }];

const SUBJECTIVITY: &[Label] = &[Label { name: "subjective", gold: |row| flag(row, "label"), predict: opinion }];

fn opinion(analysis: &Analysis<'_>, at: usize) -> bool {
    analysis.subjectivity.opinion.get(at).copied().unwrap_or(false)
}

fn worthy(analysis: &Analysis<'_>, at: usize) -> bool {
    analysis.claims.sentences.get(at).is_some_and(|claim| claim.is_check_worthy())
}

fn unsupported(analysis: &Analysis<'_>, at: usize) -> bool {
    let support = analysis.claims.sentences.get(at).and_then(|claim| claim.support);
    matches!(support, Some(Support::None | Support::WeakBare | Support::WeakWeasel | Support::WeakHedge))
}

fn boilerplate(analysis: &Analysis<'_>, at: usize) -> bool {
    analysis.document.sentences.get(at).is_some_and(|sentence| sentence.boilerplate)
}

fn has_kind(analysis: &Analysis<'_>, at: usize, kind: SourceKind) -> bool {
    analysis.attribution.of(at).iter().any(|attribution| attribution.kind == kind && attribution.voice == Voice::Own)
}

/// Uncertainty in the sense of Szarvas et al. 2012: epistemic, doxastic, conditional, investigative.
const UNCERTAIN: u64 = CueClass::HedgeEpistemic.bit()
    | CueClass::HedgeDistance.bit()
    | CueClass::Doxastic.bit()
    | CueClass::Conditional.bit()
    | CueClass::Investigative.bit();

fn any_hedge(analysis: &Analysis<'_>, at: usize) -> bool {
    let Some(sentence) = analysis.document.sentences.get(at) else {
        return false;
    };
    let cues = analysis.document.cues_of(sentence);
    cues.iter().any(|cue| UNCERTAIN & cue.class.bit() != 0)
}

/// The steps of the support ladder as the news-evidence format names them, strongest first.
const STEPS: &[&str] = &["QUOTE", "DOCUMENT", "NAMED", "CARRY", "ANON", "BARE", "WEASEL", "HEDGE", "NONE"];
/// The steps before this one are sources.
const FIRST_UNSOURCED: usize = 5;

/// The step the gold gives a sentence that it calls check-worthy.
fn gold_step(row: &Value) -> Option<usize> {
    let support = row.get("support")?.as_str()?;
    STEPS.iter().position(|step| *step == support)
}

/// The strongest step of Candor's ladder, before exemptions. A figure's place counts as a document.
fn step(analysis: &Analysis<'_>, sentences: impl Iterator<Item = usize>) -> usize {
    let none = STEPS.len() - 1;
    let ladder = |at: usize| analysis.claims.sentences.get(at).and_then(|claim| claim.ladder);
    let steps = sentences.filter_map(ladder).map(|support| match support {
        Support::Quote => 0,
        Support::Document | Support::Link | Support::NumberSource => 1,
        Support::Named => 2,
        Support::Carry => 3,
        Support::WeakAnon => 4,
        Support::WeakBare => 5,
        Support::WeakWeasel => 6,
        Support::WeakHedge => 7,
        Support::None | Support::Background => none,
    });
    steps.min().unwrap_or(none)
}

/// Of check-worthy sentences: has a source of its own, carried over or quoted.
fn sourced(row: &Value) -> Option<bool> {
    gold_step(row).map(|step| step < FIRST_UNSOURCED)
}

fn is_sourced(analysis: &Analysis<'_>, at: usize) -> bool {
    step(analysis, std::iter::once(at)) < FIRST_UNSOURCED
}

/// The figures of one label.
#[derive(Debug)]
pub struct Outcome {
    pub label: Cow<'static, str>,
    pub counts: Confusion,
    pub interval: (f64, f64),
    /// The words of sentences judged wrongly: first those marked without reason, then those missed.
    pub false_positives: Vec<String>,
    pub false_negatives: Vec<String>,
}

/// All labels of a detector. Displays as a table.
#[derive(Debug, Default)]
pub struct Table {
    pub outcomes: Vec<Outcome>,
    /// The steps of the support ladder, for the evidence format.
    pub support: Option<Classes>,
    /// Print the confusions of `support`.
    pub confusions: bool,
}

/// Judges every gold sentence. Keeps up to `errors` sentences of each kind of error.
#[must_use]
pub fn judge(detector: Detector, set: &GoldSet, errors: usize) -> Table {
    if detector == Detector::Sentences {
        return boundaries(set, errors);
    }
    if detector == Detector::Attribution {
        return attribution::judge(set, errors);
    }
    let labels = match detector {
        Detector::Evidence => EVIDENCE,
        Detector::Hedging => HEDGING,
        Detector::Claims => CLAIMS,
        Detector::Subjectivity => SUBJECTIVITY,
        Detector::Attribution | Detector::Clickbait | Detector::Sentences => &[],
    };
    let mut judged: Vec<Vec<Vec<Judgement>>> = labels.iter().map(|_| Vec::new()).collect();
    let mut wrong: Vec<(Vec<String>, Vec<String>)> = labels.iter().map(|_| Default::default()).collect();
    let mut support = (detector == Detector::Evidence).then(|| Classes::new(STEPS));
    for article in &set.articles {
        let analysis = Analysis::of(&Article::from_text(&article.text));
        if let Some(classes) = &mut support {
            for sentence in &article.sentences {
                if let Some(gold) = gold_step(&sentence.labels) {
                    classes.add(gold, step(&analysis, ours(&analysis, sentence)));
                }
            }
        }
        for ((label, judged), wrong) in labels.iter().zip(&mut judged).zip(&mut wrong) {
            let mut group = Vec::new();
            for sentence in &article.sentences {
                let Some(gold) = (label.gold)(&sentence.labels) else {
                    continue;
                };
                let predicted = ours(&analysis, sentence).any(|at| (label.predict)(&analysis, at));
                group.push(Judgement { gold, predicted });
                let list = match (gold, predicted) {
                    (false, true) => &mut wrong.0,
                    (true, false) => &mut wrong.1,
                    _ => continue,
                };
                if list.len() < errors {
                    list.push(words(article, sentence));
                }
            }
            judged.push(group);
        }
    }
    let outcomes = labels
        .iter()
        .zip(judged)
        .zip(wrong)
        .map(|((label, groups), (false_positives, false_negatives))| Outcome {
            label: label.name.into(),
            counts: Confusion::of(groups.iter().flatten().copied()),
            interval: f1_interval(&groups),
            false_positives,
            false_negatives,
        })
        .collect();
    Table { outcomes, support, confusions: errors > 0 }
}

/// Judges where sentences begin, paragraph beginnings left out: those are given. One line for all, one for each
/// genre that the articles' names begin with, and one for rules, which hold as a whole or not at all.
fn boundaries(set: &GoldSet, errors: usize) -> Table {
    let (rules, articles): (Vec<_>, Vec<_>) = set.articles.iter().partition(|article| article.rule);
    let mut outcomes = Vec::new();
    if !articles.is_empty() {
        let mut all = Boundaries::new("boundary".into(), errors);
        let mut genres: BTreeMap<&str, Boundaries> = BTreeMap::new();
        for article in articles {
            all.judge(article);
            if let Some((genre, _)) = article.id.split_once('-') {
                genres
                    .entry(genre)
                    .or_insert_with(|| Boundaries::new(format!("boundary, {genre}").into(), 0))
                    .judge(article);
            }
        }
        outcomes.push(all.outcome());
        if genres.len() > 1 {
            outcomes.extend(genres.into_values().map(Boundaries::outcome));
        }
    }
    if !rules.is_empty() {
        outcomes.push(judge_rules(&rules, errors));
    }
    Table { outcomes, ..Table::default() }
}

/// Boundaries of some articles, judged.
struct Boundaries {
    label: Cow<'static, str>,
    errors: usize,
    groups: Vec<Vec<Judgement>>,
    false_positives: Vec<String>,
    false_negatives: Vec<String>,
}

impl Boundaries {
    fn new(label: Cow<'static, str>, errors: usize) -> Self {
        Boundaries { label, errors, groups: Vec::new(), false_positives: Vec::new(), false_negatives: Vec::new() }
    }

    fn judge(&mut self, article: &GoldArticle) {
        let document = Document::read(&Article::from_text(&article.text));
        let paragraph_starts = |at: usize| at == 0 || article.text.as_bytes().get(at - 1) == Some(&b'\n');
        let gold: BTreeSet<usize> =
            article.sentences.iter().map(|gold| gold.start).filter(|at| !paragraph_starts(*at)).collect();
        let own: BTreeSet<usize> = document
            .sentences
            .iter()
            .map(|own| own.span.start() as usize)
            .filter(|at| !paragraph_starts(*at))
            .collect();
        let mut group = Vec::new();
        for at in gold.union(&own) {
            let judgement = Judgement { gold: gold.contains(at), predicted: own.contains(at) };
            group.push(judgement);
            let list = match (judgement.gold, judgement.predicted) {
                (false, true) => &mut self.false_positives,
                (true, false) => &mut self.false_negatives,
                _ => continue,
            };
            if list.len() < self.errors {
                list.push(around(&article.text, *at));
            }
        }
        self.groups.push(group);
    }

    fn outcome(self) -> Outcome {
        Outcome {
            label: self.label,
            counts: Confusion::of(self.groups.iter().flatten().copied()),
            interval: f1_interval(&self.groups),
            false_positives: self.false_positives,
            false_negatives: self.false_negatives,
        }
    }
}

/// The words around a place, with a bar at it.
fn around(text: &str, at: usize) -> String {
    let from = text.char_indices().map(|(at, _)| at).take_while(|start| *start + 40 < at).last().unwrap_or(0);
    let rest: String = text.get(at..).unwrap_or_default().chars().take(30).collect();
    format!("{} | {rest}", text.get(from..at).unwrap_or_default())
}

/// A rule holds if the sentences are exactly those of its list, blanks at their ends aside.
fn judge_rules(rules: &[&GoldArticle], errors: usize) -> Outcome {
    let mut groups = Vec::new();
    let mut broken = Vec::new();
    for rule in rules {
        let document = Document::read(&Article::from_text(&rule.text));
        let spans = |spans: &mut dyn Iterator<Item = (usize, usize)>| {
            spans.filter_map(|(start, end)| Some(rule.text.get(start..end)?.trim())).collect::<Vec<_>>()
        };
        let own = spans(&mut document.sentences.iter().map(|own| (own.span.start() as usize, own.span.end() as usize)));
        let gold = spans(&mut rule.sentences.iter().map(|gold| (gold.start, gold.end)));
        let holds = own == gold;
        groups.push(vec![Judgement { gold: true, predicted: holds }]);
        if !holds && broken.len() < errors {
            broken.push(format!("{}: {}", rule.id, own.join(" | ")));
        }
    }
    Outcome {
        label: "rule, exact".into(),
        counts: Confusion::of(groups.iter().flatten().copied()),
        interval: f1_interval(&groups),
        false_positives: Vec::new(),
        false_negatives: broken,
    }
}

/// Candor's sentences that lie mostly in a gold sentence.
fn ours<'s>(analysis: &'s Analysis<'_>, gold: &'s GoldSentence) -> impl Iterator<Item = usize> + 's {
    let sentences = &analysis.document.sentences;
    let first = sentences.partition_point(|own| own.span.end() as usize <= gold.start);
    sentences.iter().enumerate().skip(first).take_while(|(_, own)| (own.span.start() as usize) < gold.end).filter_map(
        |(at, own)| {
            let overlap =
                (own.span.end() as usize).min(gold.end).saturating_sub((own.span.start() as usize).max(gold.start));
            let shorter = (own.span.len() as usize).min(gold.end - gold.start);
            (overlap * 2 > shorter).then_some(at)
        },
    )
}

fn words(article: &GoldArticle, sentence: &GoldSentence) -> String {
    article.text.get(sentence.start..sentence.end).unwrap_or_default().to_owned()
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| label | items | positives | precision | recall | F1 | 95% interval | always yes | accuracy |")?;
        writeln!(f, "|---|---|---|---|---|---|---|---|---|")?;
        for outcome in &self.outcomes {
            let counts = &outcome.counts;
            writeln!(
                f,
                "| {} | {} | {} | {:.3} | {:.3} | {:.3} | {:.3}-{:.3} | {:.3} | {:.3} |",
                outcome.label,
                counts.total(),
                counts.positives(),
                counts.precision(),
                counts.recall(),
                counts.f1(),
                outcome.interval.0,
                outcome.interval.1,
                counts.always_yes_f1(),
                counts.accuracy(),
            )?;
        }
        if let Some(support) = &self.support {
            self.write_support(f, support)?;
        }
        for outcome in &self.outcomes {
            for (kind, list) in
                [("marked without reason", &outcome.false_positives), ("missed", &outcome.false_negatives)]
            {
                for words in list {
                    writeln!(f, "{} {kind}: {words}", outcome.label)?;
                }
            }
        }
        Ok(())
    }
}

impl Table {
    fn write_support(&self, f: &mut fmt::Formatter<'_>, support: &Classes) -> fmt::Result {
        writeln!(
            f,
            "\nsupport_class: accuracy {:.3} over {} sentences; the largest class has {:.3}",
            support.accuracy(),
            support.total(),
            support.largest_class()
        )?;
        if !self.confusions {
            return Ok(());
        }
        writeln!(f, "\n| gold \\ given | {} |", support.names.join(" | "))?;
        writeln!(f, "|---|{}", "---|".repeat(support.names.len()))?;
        for (class, name) in support.names.iter().enumerate() {
            let row: Vec<String> = support.row(class).iter().map(u32::to_string).collect();
            writeln!(f, "| {name} | {} |", row.join(" | "))?;
        }
        writeln!(f)
    }
}
