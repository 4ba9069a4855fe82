//! The gates against labelled articles: how often each fires on which label.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use super::gold::{GoldError, problem_in, rows};
use crate::article::Article;
use crate::detect::Analysis;
use crate::detect::genre::Kind;
use crate::engine::Engine;
use crate::lexicon::Sign;
use crate::report::{Applicability, Caution};
use crate::text::Document;

/// The field whose values are taken from the address: `opinion` or `other`. The gates then do not see the address.
pub const ADDRESS: &str = "address";

/// What a gate is expected to fire on: those rows whose field has the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    pub gate: String,
    pub value: String,
}

impl std::str::FromStr for Expected {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (gate, value) = text.split_once('=').ok_or("write GATE=VALUE, such as satire_suspected=satire")?;
        if !gates().any(|known| known == gate) {
            return Err(format!("there is no gate `{gate}`; there are {}", gates().collect::<Vec<_>>().join(", ")));
        }
        Ok(Expected { gate: gate.to_owned(), value: value.to_owned() })
    }
}

/// The names of all gates: first those that refuse a score, then the cautions.
pub(super) fn gates() -> impl Iterator<Item = &'static str> {
    let refusals = ["too_short", "not_english", "not_prose"].into_iter().chain(Kind::ALL.iter().map(|kind| kind.id()));
    refusals.chain(Caution::ALL.iter().map(|caution| caution.id()))
}

/// What fired on one article. Suspicions of genre are counted whether or not the text gets a score.
pub(super) fn fired(engine: &Engine, article: &Article<'_>) -> Vec<&'static str> {
    let analysis = Analysis::of(article);
    let mut fired = Vec::new();
    match analysis.prose.applicability {
        Applicability::TooShort => fired.push("too_short"),
        Applicability::NotEnglish => fired.push("not_english"),
        Applicability::NotProse => fired.push("not_prose"),
        Applicability::NotNews => fired.extend(analysis.genre.other.as_ref().map(|(kind, _)| kind.id())),
        Applicability::Ok => {}
    }
    let genre = &analysis.genre;
    let report = engine.score(article);
    fired.extend(Caution::ALL.iter().filter_map(|caution| {
        let found = match caution {
            Caution::OpinionSuspected => genre.opinion_suspected,
            Caution::SatireSuspected => genre.satire_suspected,
            Caution::PressReleaseSuspected => genre.release_suspected,
            _ => report.cautions.contains(caution),
        };
        found.then_some(caution.id())
    }));
    fired
}

/// How often each gate fired. Displays as a table.
#[derive(Debug, Default)]
pub struct GateTable {
    field: String,
    /// Rows by value of the field.
    rows: BTreeMap<String, u32>,
    /// By gate and value.
    fired: BTreeMap<(&'static str, String), u32>,
    expected: Vec<Expected>,
    /// Articles on which a gate fired that was not expected to, or did not where it was.
    errors: Vec<String>,
}

/// Asks every gate about every row, with its address or without. Keeps up to `errors` rows of each kind of error; without an expectation, every
/// row on which a gate refused a score or suspected a genre is one.
///
/// # Errors
/// A file that cannot be opened or read, or a row that is no JSON object with a text.
pub fn judge_gates(
    engine: &Engine,
    paths: &[impl AsRef<Path>],
    field: &str,
    expected: &[Expected],
    hide_address: bool,
    errors: usize,
) -> Result<GateTable, GoldError> {
    let mut table = GateTable { field: field.to_owned(), expected: expected.to_vec(), ..GateTable::default() };
    let mut kept: BTreeMap<(&'static str, bool), usize> = BTreeMap::new();
    for path in paths {
        let problem = problem_in(path.as_ref());
        for row in rows(path.as_ref())? {
            let (number, row) = row?;
            let part = |name: &str| row.get(name).and_then(Value::as_str).unwrap_or_default();
            if row.get("text").is_none_or(|text| !text.is_string()) {
                return Err(problem(format!("line {} has no \"text\".", number + 1)));
            }
            let mut article =
                Article { title: part("title"), text: part("text"), url: part("url"), ..Article::default() };
            if hide_address || field == ADDRESS {
                article.url = "";
            }
            let value = if field == ADDRESS {
                filed_as(part("url")).to_owned()
            } else {
                match row.get(field) {
                    Some(Value::String(value)) => value.clone(),
                    Some(other) => other.to_string(),
                    None => "-".to_owned(),
                }
            };
            *table.rows.entry(value.clone()).or_default() += 1;
            let fired = fired(engine, &article);
            for gate in gates() {
                let has = fired.contains(&gate);
                if has {
                    *table.fired.entry((gate, value.clone())).or_default() += 1;
                }
                let wanted = expected.iter().find(|expected| expected.gate == gate);
                let wrong = match wanted {
                    Some(wanted) => has != (wanted.value == value),
                    None => has && expected.is_empty(),
                };
                let count = kept.entry((gate, has)).or_default();
                if wrong && *count < errors {
                    *count += 1;
                    let what = if has { "fired" } else { "did not fire" };
                    table.errors.push(format!("{gate} {what} on {} ({value}): {}", name(&row), part("title")));
                }
            }
        }
    }
    table.errors.sort();
    Ok(table)
}

fn name(row: &Value) -> &str {
    row.get("id").or_else(|| row.get("doc_id")).and_then(Value::as_str).unwrap_or_default()
}

/// What an address says of the page.
fn filed_as(url: &str) -> &'static str {
    let article = Article { url, ..Article::default() };
    if Document::read(&article).labels() & Sign::LabelOpinion.bit() != 0 { "opinion" } else { "other" }
}

impl fmt::Display for GateTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| gate |")?;
        for (value, rows) in &self.rows {
            write!(f, " {} {value} ({rows}) |", self.field)?;
        }
        writeln!(f, " precision | recall |")?;
        writeln!(f, "|---|{}---|---|", "---|".repeat(self.rows.len()))?;
        for gate in gates() {
            let count = |value: &str| self.fired.get(&(gate, value.to_owned())).copied().unwrap_or(0);
            write!(f, "| {gate} |")?;
            for (value, rows) in &self.rows {
                let count = count(value);
                write!(f, " {count} ({:.1}%) |", 100.0 * f64::from(count) / f64::from(*rows))?;
            }
            match self.expected.iter().find(|expected| expected.gate == gate) {
                Some(expected) => {
                    let hits = count(&expected.value);
                    let all: u32 = self.rows.keys().map(|value| count(value)).sum();
                    let rows = self.rows.get(&expected.value).copied().unwrap_or(0);
                    let share = |part: u32, whole: u32| {
                        if whole == 0 { "-".to_owned() } else { format!("{:.3}", f64::from(part) / f64::from(whole)) }
                    };
                    writeln!(f, " {} | {} |", share(hits, all), share(hits, rows))?;
                }
                None => writeln!(f, " | |")?,
            }
        }
        for error in &self.errors {
            writeln!(f, "{error}")?;
        }
        Ok(())
    }
}
