//! The caution for what is not told as news is, against news and against English prose that is none.
//!
//! Prose is annotated by the sentence, so that sentences are put together: those of one document to a text, and where
//! every sentence has a number of its own, as in a record of debates, thirty in a row. Texts are dealt to two halves by
//! their names. The rule was chosen on one; the other tells how good it is.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use serde_json::Value;

use super::gold::{GoldError, problem_in, rows};
use super::reliability::in_parallel;
use crate::article::Article;
use crate::engine::Engine;
use crate::report::{Applicability, Caution};

/// Shorter documents get no score.
const LEAST_WORDS: usize = 80;
/// Sentences of a text out of a long record, and of a turn in it.
const RUN: usize = 30;
const TURN: usize = 3;
const SPEAKERS: [&str; 2] = ["HALE", "MOSS"];

/// A kind of text and the rows that are of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KindSource {
    kind: String,
    path: PathBuf,
    /// Only rows whose field has this value, or begins with it.
    only: Option<(String, String, bool)>,
}

impl std::str::FromStr for KindSource {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "write KIND=FILE or KIND=FILE:FIELD=VALUE, such as letters=prose.jsonl:doc_id=email-*".to_owned();
        let (kind, rest) = text.split_once('=').ok_or_else(wrong)?;
        let (path, only) = match rest.split_once('=') {
            None => (rest, None),
            Some((before, value)) => {
                let (path, field) = before.rsplit_once(':').ok_or_else(wrong)?;
                let begins = value.strip_suffix('*');
                (path, Some((field.to_owned(), begins.unwrap_or(value).to_owned(), begins.is_some())))
            }
        };
        if kind.is_empty() || path.is_empty() {
            return Err(wrong());
        }
        Ok(KindSource { kind: kind.to_owned(), path: path.into(), only })
    }
}

impl KindSource {
    fn takes(&self, row: &Value) -> bool {
        self.only.as_ref().is_none_or(|(field, wanted, begins)| {
            let value = row.get(field).and_then(Value::as_str).unwrap_or_default();
            value == wanted || *begins && value.starts_with(wanted)
        })
    }
}

/// A text, its title, and which half it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Sample {
    title: String,
    text: String,
    held_out: bool,
}

/// What was seen of one half of a kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Half {
    scored: usize,
    fired: usize,
}

impl Half {
    fn share(self) -> f64 {
        self.fired as f64 / self.scored.max(1) as f64
    }
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Row {
    kind: String,
    texts: usize,
    no_news: usize,
    otherwise_refused: usize,
    opinion: usize,
    tuned: Half,
    held_out: Half,
}

/// All kinds, those that are news first.
#[derive(Debug, Clone)]
pub struct KindTable {
    news: Vec<Row>,
    other: Vec<Row>,
}

/// Asks for a report on every text of `news` and `other`. With `turns`, the texts of a record are judged once more with the
/// names of two speakers before every third sentence in turn.
///
/// # Errors
/// A file that cannot be opened or read, a row that is no JSON object with a text or a sentence, a kind without a text.
pub fn judge_kinds(
    engine: &Engine,
    news: &[KindSource],
    other: &[KindSource],
    turns: bool,
) -> Result<KindTable, GoldError> {
    let rows = |sources: &[KindSource]| -> Result<Vec<Row>, GoldError> {
        let kinds = read(sources, turns)?;
        Ok(kinds.iter().map(|(kind, samples)| row(engine, kind, samples)).collect())
    };
    Ok(KindTable { news: rows(news)?, other: rows(other)? })
}

fn row(engine: &Engine, kind: &str, samples: &[Sample]) -> Row {
    let reports = in_parallel(samples, |Sample { title, text, .. }| {
        let report = engine.score(&Article { title, text, ..Article::default() });
        (report.applicability, report.cautions)
    });
    let mut row = Row { kind: kind.to_owned(), texts: samples.len(), ..Row::default() };
    for (sample, (applicability, cautions)) in samples.iter().zip(reports) {
        match applicability {
            Applicability::Ok => {}
            Applicability::NotNews => {
                row.no_news += 1;
                continue;
            }
            Applicability::TooShort | Applicability::NotEnglish | Applicability::NotProse => {
                row.otherwise_refused += 1;
                continue;
            }
        }
        row.opinion += usize::from(cautions.contains(&Caution::OpinionSuspected));
        let half = if sample.held_out { &mut row.held_out } else { &mut row.tuned };
        half.scored += 1;
        half.fired += usize::from(cautions.contains(&Caution::OutOfDistribution));
    }
    row
}

type Kinds = Vec<(String, Vec<Sample>)>;

fn read(sources: &[KindSource], turns: bool) -> Result<Kinds, GoldError> {
    let mut kinds = Kinds::new();
    for source in sources {
        let (samples, by_turns) = read_source(source)?;
        add(&mut kinds, &source.kind, samples);
        if turns && !by_turns.is_empty() {
            add(&mut kinds, &format!("{}, by turns", source.kind), by_turns);
        }
    }
    Ok(kinds)
}

fn add(kinds: &mut Kinds, kind: &str, samples: Vec<Sample>) {
    match kinds.iter_mut().find(|(known, _)| known == kind) {
        Some((_, known)) => known.extend(samples),
        None => kinds.push((kind.to_owned(), samples)),
    }
}

/// A document that is put together from its sentences.
#[derive(Debug, Default)]
struct Document {
    id: String,
    sentences: usize,
    text: String,
    /// Whether a blank stands before the next sentence.
    space: bool,
}

/// The texts of a source, and those of a record by turns.
fn read_source(source: &KindSource) -> Result<(Vec<Sample>, Vec<Sample>), GoldError> {
    let problem = problem_in(&source.path);
    let mut samples = Vec::new();
    let mut documents: Vec<Document> = Vec::new();
    let mut by_id: BTreeMap<String, usize> = BTreeMap::new();
    let sample = |id: &str, title: &str, text: String| Sample {
        title: title.to_owned(),
        text,
        held_out: is_held_out(&source.kind, id),
    };
    for row in rows(&source.path)? {
        let (number, row) = row?;
        if !source.takes(&row) {
            continue;
        }
        let part = |name: &str| row.get(name).and_then(Value::as_str);
        let flag = |name: &str| row.get(name).and_then(Value::as_bool);
        let id = row.get("id").or_else(|| row.get("doc_id"));
        let id = id.map_or_else(|| number.to_string(), |id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        if let Some(text) = part("text") {
            samples.push(sample(&id, part("title").unwrap_or_default(), text.to_owned()));
            continue;
        }
        let Some(sentence) = part("sentence") else {
            return Err(problem(format!("line {} has no \"text\" and no \"sentence\".", number + 1)));
        };
        let place = *by_id.entry(id.clone()).or_insert_with(|| {
            documents.push(Document { id, ..Document::default() });
            documents.len() - 1
        });
        if let Some(document) = documents.get_mut(place) {
            if document.sentences > 0 {
                document.text.push_str(match (flag("newpar"), document.space) {
                    (Some(true), _) => "\n\n",
                    (_, true) => " ",
                    (_, false) => "",
                });
            }
            document.text.push_str(sentence);
            document.sentences += 1;
            document.space = flag("space_after").unwrap_or(true);
        }
    }
    let numbers: Option<Vec<u64>> =
        documents.iter().map(|one| one.id.parse().ok().filter(|_| one.sentences == 1)).collect();
    let mut by_turns = Vec::new();
    if let Some(numbers) = numbers {
        let mut record: Vec<(u64, &Document)> = numbers.into_iter().zip(&documents).collect();
        record.sort_by_key(|(number, _)| *number);
        for run in record.chunks(RUN) {
            let Some((first, _)) = run.first() else { continue };
            let sentences: Vec<&str> = run.iter().map(|(_, one)| one.text.as_str()).collect();
            samples.push(sample(&first.to_string(), "", sentences.join(" ")));
            by_turns.push(sample(&first.to_string(), "", in_turns(&sentences)));
        }
    } else {
        let long = documents.into_iter().filter(|one| one.text.split_whitespace().count() >= LEAST_WORDS);
        samples.extend(long.map(|one| sample(&one.id, "", one.text)));
    }
    if samples.is_empty() {
        return Err(problem(format!("it has no text of the kind `{}`.", source.kind)));
    }
    Ok((samples, by_turns))
}

fn in_turns(sentences: &[&str]) -> String {
    let turns = sentences.chunks(TURN).zip(SPEAKERS.iter().cycle());
    turns.map(|(turn, speaker)| format!("{speaker}: {}", turn.join(" "))).collect::<Vec<_>>().join("\n\n")
}

/// By the remainder of a checksum, so that a text stays in its half whatever is added to a file.
fn is_held_out(kind: &str, id: &str) -> bool {
    let mut sum = flate2::Crc::new();
    sum.update(kind.as_bytes());
    sum.update(b"|");
    sum.update(id.as_bytes());
    sum.sum() % 2 == 1
}

/// The share of false alarms over all kinds of news, each counted alike.
fn false_alarms(news: &[Row], half: impl Fn(&Row) -> Half) -> f64 {
    news.iter().map(|row| half(row).share()).sum::<f64>() / news.len().max(1) as f64
}

impl fmt::Display for KindTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| kind of text | texts | no news | otherwise no score | opinion suspected | out of distribution, tuning half | \
             held-out half | precision on it, if half are such |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|---|---|")?;
        let cell = |part: usize, whole: usize| {
            format!("{part} of {whole} ({:.1}%)", 100.0 * part as f64 / whole.max(1) as f64)
        };
        let wrong = false_alarms(&self.news, |row| row.held_out);
        for (row, is_news) in self.news.iter().map(|row| (row, true)).chain(self.other.iter().map(|row| (row, false))) {
            let right = row.held_out.share();
            let precision = if is_news || row.held_out.fired == 0 {
                "-".to_owned()
            } else {
                format!("{:.3}", right / (right + wrong))
            };
            writeln!(
                f,
                "| {}{} | {} | {} | {} | {} | {} | {} | {precision} |",
                if is_news { "news: " } else { "" },
                row.kind,
                row.texts,
                row.no_news,
                row.otherwise_refused,
                cell(row.opinion, row.tuned.scored + row.held_out.scored),
                cell(row.tuned.fired, row.tuned.scored),
                cell(row.held_out.fired, row.held_out.scored),
            )?;
        }
        writeln!(
            f,
            "\nFalse alarms, the mean over the kinds of news: {:.1}% of the tuning half, {:.1}% of the held-out half.",
            100.0 * false_alarms(&self.news, |row| row.tuned),
            100.0 * wrong
        )
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    fn written(name: &str, rows: &[Value]) -> PathBuf {
        let path = std::env::temp_dir().join(format!("candor-kinds-{name}-{}.jsonl", std::process::id()));
        let mut lines = String::new();
        for row in rows {
            writeln!(lines, "{row}").unwrap();
        }
        std::fs::write(&path, lines).unwrap();
        path
    }

    fn source(kind: &str, path: &std::path::Path, only: &str) -> KindSource {
        format!("{kind}={}{only}", path.display()).parse().unwrap()
    }

    #[test]
    fn sentences_of_a_document_are_a_text() {
        let row = |id: &str, sentence: &str, newpar: bool, space: bool| serde_json::json!({"doc_id": id, "sentence": sentence, "newpar": newpar, "space_after": space});
        let long = "word ".repeat(79);
        let path = written(
            "documents",
            &[
                row("a-1", "One.", true, true),
                row("b-1", "Other", true, false),
                row("a-1", &long, false, true),
                row("b-1", ": it is short.", false, true),
                row("a-1", "Three.", true, true),
            ],
        );
        let texts = |only: &str| -> Vec<String> {
            let (samples, _) = read_source(&source("k", &path, only)).unwrap();
            samples.into_iter().map(|sample| sample.text).collect()
        };
        assert_eq!(texts(""), [format!("One. {long}\n\nThree.")]);
        assert_eq!(texts(":doc_id=a-*").len(), 1);
        let none = read_source(&source("k", &path, ":doc_id=a")).unwrap_err().to_string();
        assert!(none.contains("no text of the kind `k`"), "{none}");
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_record_is_read_in_its_order_and_by_turns() {
        let rows: Vec<Value> =
            (0..40).rev().map(|at| serde_json::json!({"doc_id": at, "sentence": format!("S{at}.")})).collect();
        let path = written("record", &rows);
        let kinds = read(&[source("talk", &path, "")], true).unwrap();
        let [(kind, samples), (turned, turns)] = &kinds[..] else { panic!("{kinds:?}") };
        assert_eq!((kind.as_str(), turned.as_str()), ("talk", "talk, by turns"));
        assert_eq!(samples.len(), 2);
        assert!(samples[0].text.starts_with("S0. S1. S2. S3.") && samples[0].text.ends_with("S29."));
        assert!(turns[0].text.starts_with("HALE: S0. S1. S2.\n\nMOSS: S3. S4. S5.\n\nHALE: S6."));
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_source_is_a_kind_a_file_and_perhaps_a_value() {
        let parsed: KindSource = "letters=a/b.jsonl.gz:doc_id=email-*".parse().unwrap();
        assert_eq!(parsed.path, PathBuf::from("a/b.jsonl.gz"));
        assert!(parsed.takes(&serde_json::json!({"doc_id": "email-7"})));
        assert!(!parsed.takes(&serde_json::json!({"doc_id": "weblog-7"})) && !parsed.takes(&Value::Null));
        for wrong in ["a.jsonl", "=a.jsonl", "k=", "k=a.jsonl=v"] {
            assert!(wrong.parse::<KindSource>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn false_alarms_count_every_kind_of_news_alike() {
        let row = |fired, scored| Row { held_out: Half { scored, fired }, ..Row::default() };
        let table = KindTable { news: vec![row(1, 10), row(0, 1000)], other: vec![row(45, 60)] };
        let page = table.to_string();
        assert!(page.contains("| 45 of 60 (75.0%) | 0.938 |"), "{page}");
        assert!(page.contains("0.0% of the tuning half, 5.0% of the held-out half"), "{page}");
    }
}
