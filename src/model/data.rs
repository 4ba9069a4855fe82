//! Labelled articles: JSON Lines, plain or gzipped, and the file that says what their labels mean.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::thread;

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::register::{Spellings, Unit, shape};
use super::train::{CorpusInfo, Example, Piece, TrainError, TrainingSet};
use crate::article::Article;
use crate::detect::Analysis;
use crate::features::FeatureVector;
use crate::report::Applicability;
use crate::report::assemble::confidence_of_text;
use crate::text::{Token, form};

/// So many problems of one file are told before it is given up.
const MAX_PROBLEMS: usize = 20;
/// Two articles of one label that begin with the same so many words are one article.
const OPENING_WORDS: usize = 20;
/// An article of at least so many words is also measured in two halves, to see how far a score moves
/// from one piece of an article to the next.
const HALVED_FROM_WORDS: u32 = 600;

/// What the labels of each corpus mean for training (`labels.json`).
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Labels {
    /// Shorter articles are judged and not fitted on: a report gives them no score.
    pub min_words: u32,
    pub corpora: Vec<CorpusLabels>,
}

/// The labels of one corpus.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CorpusLabels {
    /// The row's `corpus`, or the file's name up to its first dot.
    pub id: String,
    /// The field that holds the label.
    pub field: String,
    /// Labels of good practice.
    pub positive: Vec<String>,
    /// Labels of poor practice.
    pub negative: Vec<String>,
    /// Labels that are not used.
    pub dropped: Vec<String>,
    /// Why not.
    #[serde(default)]
    pub dropped_because: String,
    /// Of a label that is a number: good practice from here on. `positive` and `negative` are then empty.
    #[serde(default)]
    pub positive_from: Option<f64>,
    /// Of a label that is a number: poor practice up to here; what lies between is dropped.
    #[serde(default)]
    pub negative_to: Option<f64>,
    /// Whether weights are fitted on it; else only its reference labels are read.
    #[serde(default = "yes")]
    pub fitted: bool,
    /// Why not.
    #[serde(default)]
    pub not_fitted_because: String,
    /// Labels whose articles make the reference distribution.
    pub reference: Vec<String>,
    /// The first of these fields that a row has names its group: articles of one group are never on
    /// both sides of a test.
    pub group_by: Vec<String>,
    /// The field by which figures are also told apart.
    #[serde(default)]
    pub stratify_by: String,
    /// As the distributor states it.
    pub license: String,
    /// What the label says of an article.
    pub meaning: String,
}

fn yes() -> bool {
    true
}

impl CorpusLabels {
    /// Good, poor, or neither; an error for a label of which the file says nothing.
    fn judge(&self, label: &str) -> Result<Option<bool>, ()> {
        let number = label.parse::<f64>().ok().filter(|number| number.is_finite());
        if let (Some(from), Some(to)) = (self.positive_from, self.negative_to) {
            return match number {
                Some(number) if number >= from => Ok(Some(true)),
                Some(number) if number <= to => Ok(Some(false)),
                Some(_) => Ok(None),
                None => Err(()),
            };
        }
        let among = |labels: &[String]| labels.iter().any(|known| known == label);
        if among(&self.positive) {
            Ok(Some(true))
        } else if among(&self.negative) {
            Ok(Some(false))
        } else if among(&self.dropped) {
            Ok(None)
        } else {
            Err(())
        }
    }
}

/// What articles are read for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To fit a model: once each, of corpora that are fitted on or belong to the reference.
    Fit,
    /// To judge one: every article with a label.
    Judge,
}

/// One article with its target.
#[derive(Debug, Clone)]
pub struct Labelled {
    /// Index into [`Labels::corpora`].
    pub corpus: usize,
    pub group: String,
    pub good: bool,
    pub reference: bool,
    /// Words of the text, by white space.
    pub words: u32,
    pub title: String,
    pub text: String,
    pub source: String,
    pub url: String,
    /// A label that is a number.
    pub number: Option<f64>,
    /// By which figures are also told apart.
    pub stratum: String,
}

impl Labelled {
    /// The article, with its own text or another.
    #[must_use]
    pub fn article<'a>(&'a self, text: &'a str) -> Article<'a> {
        Article { id: "", title: &self.title, text, source: &self.source, url: &self.url, published: false }
    }
}

/// How many articles of a corpus were left out, and why.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub label: usize,
    pub duplicate: usize,
}

/// What was read.
#[derive(Debug, Clone)]
pub struct Corpora {
    pub articles: Vec<Labelled>,
    /// For each of [`Labels::corpora`].
    pub left_out: Vec<LeftOut>,
}

impl Labels {
    /// Reads and checks a label file.
    pub fn load(path: &Path) -> Result<Self, TrainError> {
        let name = stem_and_ending(path);
        let bytes =
            std::fs::read(path).map_err(|error| TrainError::data(format!("{name} cannot be read ({error}).")))?;
        let labels: Labels = serde_json::from_slice(&bytes)
            .map_err(|error| TrainError::data(format!("{name} does not describe labels ({error}).")))?;
        let mut problems = Vec::new();
        for (index, corpus) in labels.corpora.iter().enumerate() {
            let id = &corpus.id;
            if labels.corpora[..index].iter().any(|other| other.id == *id) {
                problems.push(format!("{name} describes the corpus {id} twice."));
            }
            let mut seen = BTreeSet::new();
            for label in [&corpus.positive, &corpus.negative, &corpus.dropped].into_iter().flatten() {
                if !seen.insert(label) {
                    problems.push(format!("{name} names the label `{label}` of {id} twice."));
                }
            }
            for label in &corpus.reference {
                if !corpus.positive.contains(label) {
                    problems.push(format!(
                        "{name} makes `{label}` of {id} a reference although it is not a positive label."
                    ));
                }
            }
            match (corpus.positive_from, corpus.negative_to) {
                (None, None) => {}
                (Some(from), Some(to)) if to < from && corpus.positive.is_empty() && corpus.negative.is_empty() => {}
                _ => problems.push(format!(
                    "{name} needs for {id} either lists of labels, or `negative_to` below `positive_from`."
                )),
            }
            if corpus.license.is_empty() || corpus.meaning.is_empty() {
                problems.push(format!("{name} does not state the licence and the meaning of the labels of {id}."));
            }
        }
        if problems.is_empty() { Ok(labels) } else { Err(TrainError::data(problems.join("\n"))) }
    }
}

/// Reads all files. Every problem of a file is told with its line, up to twenty a file.
pub fn read(paths: &[impl AsRef<Path>], labels: &Labels, purpose: Purpose) -> Result<Corpora, TrainError> {
    let mut reader = Reader {
        labels,
        purpose,
        articles: Vec::new(),
        left_out: vec![LeftOut::default(); labels.corpora.len()],
        openings: BTreeSet::new(),
        problems: Vec::new(),
        unknown: BTreeMap::new(),
    };
    // Sorted, so that the order on the command line does not matter.
    let mut paths: Vec<&Path> = paths.iter().map(AsRef::as_ref).collect();
    paths.sort_by_key(|path| (path.file_name(), path.to_path_buf()));
    for path in paths {
        reader.file(path);
    }
    for ((file, label), (count, line)) in &reader.unknown {
        reader.problems.push(format!(
            "{file} has {count} rows with the label `{label}`, the first in line {line}, of which the label file says nothing."
        ));
    }
    if !reader.problems.is_empty() {
        return Err(TrainError::data(reader.problems.join("\n")));
    }
    // By corpus, whatever the files were called; within a corpus in the order read.
    reader.articles.sort_by_key(|article| article.corpus);
    Ok(Corpora { articles: reader.articles, left_out: reader.left_out })
}

struct Reader<'a> {
    labels: &'a Labels,
    purpose: Purpose,
    articles: Vec<Labelled>,
    left_out: Vec<LeftOut>,
    /// Label, whether it is long enough, first words: what is cut short must not stand for the whole.
    openings: BTreeSet<(bool, bool, String)>,
    problems: Vec<String>,
    /// File and label to rows and first line.
    unknown: BTreeMap<(String, String), (usize, usize)>,
}

impl Reader<'_> {
    fn file(&mut self, path: &Path) {
        let name = stem_and_ending(path);
        let lines = match open(path) {
            Ok(lines) => lines,
            Err(error) => {
                self.problems.push(format!("{name} cannot be read ({error})."));
                return;
            }
        };
        let mut bad = 0;
        for (line, number) in lines.lines().zip(1..) {
            let result = match line {
                Ok(line) if line.trim().is_empty() => continue,
                Ok(line) => self.row(&name, number, &line),
                // What follows a broken gzip block cannot be read either.
                Err(error) => {
                    self.problems.push(format!("line {number} of {name} cannot be read ({error})."));
                    return;
                }
            };
            if let Err(reason) = result {
                self.problems.push(format!("line {number} of {name} {reason}."));
                bad += 1;
                if bad == MAX_PROBLEMS {
                    self.problems.push(format!("{name} was not read beyond line {number}."));
                    return;
                }
            }
        }
    }

    fn row(&mut self, file: &str, line: usize, json: &str) -> Result<(), String> {
        let row: Value = serde_json::from_str(json).map_err(|error| format!("is not JSON ({error})"))?;
        let id = text_of(&row, "corpus").unwrap_or_else(|| file.split('.').next().unwrap_or_default().to_owned());
        let Some((corpus, labels)) = self.labels.corpora.iter().enumerate().find(|(_, corpus)| corpus.id == id) else {
            return Err(format!("is of the corpus `{id}`, of which the label file says nothing"));
        };
        let Some(text) = row.get("text").and_then(Value::as_str) else {
            return Err("has no text".to_owned());
        };
        let Some(label) = text_of(&row, &labels.field) else {
            return Err(format!("has no label in `{}`", labels.field));
        };
        let reference = labels.reference.contains(&label);
        let good = match labels.judge(&label) {
            Ok(Some(good)) if labels.fitted || reference || self.purpose == Purpose::Judge => good,
            // Between the numbers of good and poor practice: part of a correlation, of no fit.
            Ok(None) if labels.positive_from.is_some() && self.purpose == Purpose::Judge => false,
            Ok(_) => {
                self.left_out[corpus].label += 1;
                return Ok(());
            }
            Err(()) => {
                let seen = self.unknown.entry((file.to_owned(), label)).or_insert((0, line));
                seen.0 += 1;
                return Ok(());
            }
        };
        let words = count_words(text);
        let long = words >= self.labels.min_words;
        if !self.openings.insert((good, long, opening(text))) && self.purpose == Purpose::Fit {
            self.left_out[corpus].duplicate += 1;
            return Ok(());
        }
        // A row without any of the fields is a group of its own.
        let group = labels
            .group_by
            .iter()
            .find_map(|field| Some(format!("{field} {}", text_of(&row, field)?)))
            .unwrap_or_else(|| format!("line {line}"));
        let field = |name| text_of(&row, name).unwrap_or_default();
        self.articles.push(Labelled {
            corpus,
            group,
            good,
            reference,
            words,
            title: field("title"),
            text: text.to_owned(),
            source: field("source"),
            url: field("url"),
            number: labels.positive_from.and_then(|_| label.parse().ok()),
            stratum: field(&labels.stratify_by),
        });
        Ok(())
    }
}

/// Measures every article, on as many threads as there are processors, and keeps their order.
#[must_use]
pub fn measure(labels: &Labels, articles: &[Labelled]) -> TrainingSet {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let chunk = articles.len().div_ceil(threads).max(1);
    let mut spellings = Spellings::new();
    let mut examples = Vec::with_capacity(articles.len());
    thread::scope(|scope| {
        let parts: Vec<_> = articles
            .chunks(chunk)
            .map(|part| {
                scope.spawn(move || {
                    let mut spellings = Spellings::new();
                    let examples: Vec<Example> =
                        part.iter().map(|one| measure_one(labels, one, &mut spellings)).collect();
                    (examples, spellings)
                })
            })
            .collect();
        for part in parts {
            match part.join() {
                Ok((measured, spelt)) => {
                    examples.extend(measured);
                    spellings.extend(spelt);
                }
                // A detector that panics is a defect to be seen, here of all places.
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    });
    let corpora = labels
        .corpora
        .iter()
        .map(|corpus| CorpusInfo {
            id: corpus.id.clone(),
            license: corpus.license.clone(),
            meaning: corpus.meaning.clone(),
            reference: corpus.reference.clone(),
            fitted: corpus.fitted,
        })
        .collect();
    TrainingSet::new(corpora, examples, spellings)
}

fn measure_one(labels: &Labels, labelled: &Labelled, spellings: &mut Spellings) -> Example {
    let whole = Analysis::of(&labelled.article(&labelled.text));
    let scored = whole.prose.applicability == Applicability::Ok && labelled.words >= labels.min_words;
    let confidence = confidence_of_text(&whole);
    let mut piece = |text: &str, words: u32, analysis: &Analysis<'_>| {
        let mut units = Vec::new();
        shape::each(&analysis.document, |seen| {
            let unit = Unit::of(text, &seen);
            units.push(unit);
            if unit.word != 0 {
                spellings.entry(unit.word).or_insert_with(|| spelling(text, seen.token));
            }
        });
        Piece { features: FeatureVector::measure(analysis), units, words }
    };
    let whole = piece(&labelled.text, labelled.words, &whole);
    let halves = (scored && labelled.words >= HALVED_FROM_WORDS)
        .then(|| halves(&labelled.text))
        .flatten()
        .map(|parts| parts.map(|part| piece(part, count_words(part), &Analysis::of(&labelled.article(part)))));
    Example {
        corpus: labelled.corpus,
        group: labelled.group.clone(),
        good: labelled.good,
        reference: labelled.reference,
        scored,
        confidence,
        whole,
        halves,
    }
}

/// A word as its key sees it: lower case, a straight apostrophe, no possessive.
fn spelling(text: &str, token: &Token) -> String {
    let word = token.span().slice(text).unwrap_or_default().to_lowercase().replace('’', "'");
    match word.strip_suffix("'s") {
        Some(bare) if !bare.is_empty() && token.is(form::POSSESSIVE) => bare.to_owned(),
        _ => word,
    }
}

/// The text in two, at the paragraph's or else the sentence's end that is nearest to its middle.
fn halves(text: &str) -> Option<[&str; 2]> {
    let middle = text.len() / 2;
    let nearest = |mark: &str| {
        text.match_indices(mark)
            .map(|(at, mark)| at + mark.len())
            .min_by_key(|at| at.abs_diff(middle))
            .filter(|at| at.abs_diff(middle) <= text.len() / 8)
    };
    let at = nearest("\n").or_else(|| nearest(". "))?;
    let (first, second) = text.split_at_checked(at)?;
    Some([first, second])
}

fn count_words(text: &str) -> u32 {
    u32::try_from(text.split_whitespace().count()).unwrap_or(u32::MAX)
}

fn opening(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .take(OPENING_WORDS)
        .map(str::to_lowercase)
        .collect::<Vec<_>>()
        .join(" ")
}

/// A field as text; absent if it is missing, null, empty, a list or an object.
fn text_of(row: &Value, field: &str) -> Option<String> {
    match row.get(field)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(value) => Some(value.to_string()),
        _ => None,
    }
}

/// Plain or gzipped, told by the first two bytes rather than by the name.
fn open(path: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let mut file = BufReader::new(File::open(path)?);
    let gzipped = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    let reader: Box<dyn Read> = if gzipped { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(Box::new(BufReader::new(reader)))
}

/// The file's own name: folders are nobody's business in messages that may be published.
fn stem_and_ending(path: &Path) -> String {
    path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;
    use std::path::PathBuf;

    fn labels() -> Labels {
        serde_json::from_str(
            r#"{"min_words": 3, "corpora": [{"id": "one", "field": "label",
                "positive": ["good"], "negative": ["bad"], "dropped": ["joke"], "reference": ["good"],
                "group_by": ["source", "id"], "license": "none stated", "meaning": "a test"}]}"#,
        )
        .unwrap()
    }

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("candor-data-{}-{name}", std::process::id()));
            std::fs::create_dir_all(&path).unwrap();
            Folder(path)
        }

        fn write(&self, name: &str, content: &[u8]) -> PathBuf {
            let path = self.0.join(name);
            std::fs::write(&path, content).unwrap();
            path
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn it_reads_plain_and_gzipped_rows() {
        let folder = Folder::new("rows");
        let rows = concat!(
            r#"{"id": "1", "text": "one two three four", "label": "good", "source": "a.example"}"#,
            "\n\n",
            r#"{"id": "2", "text": "five six seven", "label": "bad", "source": null}"#,
            "\n",
            r#"{"id": "3", "text": "five six seven", "label": "bad"}"#,
            "\n",
            r#"{"id": "4", "text": "short", "label": "bad"}"#,
            "\n",
            r#"{"id": "5", "text": "why did the", "label": "joke"}"#,
        );
        let plain = folder.write("one.jsonl", rows.as_bytes());
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(rows.as_bytes()).unwrap();
        let gzipped = folder.write("one.jsonl.gz", &gzip.finish().unwrap());

        for path in [plain, gzipped] {
            let corpora = read(&[path], &labels(), Purpose::Fit).unwrap();
            let groups: Vec<_> = corpora.articles.iter().map(|a| a.group.as_str()).collect();
            assert_eq!(groups, ["source a.example", "id 2", "id 4"]);
            assert!(corpora.articles[0].good && corpora.articles[0].reference);
            assert!(!corpora.articles[1].good && !corpora.articles[1].reference);
            assert_eq!(corpora.articles[0].words, 4);
            assert_eq!(corpora.left_out, [LeftOut { label: 1, duplicate: 1 }]);
        }
    }

    #[test]
    fn what_is_judged_is_every_article_and_a_number_may_be_a_label() {
        let labels: Labels = serde_json::from_str(
            r#"{"min_words": 3, "corpora": [{"id": "one", "field": "n", "positive": [], "negative": [], "dropped": [],
                "positive_from": 6, "negative_to": 3, "fitted": false, "reference": [],
                "group_by": ["id"], "license": "none stated", "meaning": "a test"}]}"#,
        )
        .unwrap();
        let folder = Folder::new("judged");
        let rows: String = [7.0, 5.0, 3.0].map(|n| format!("{{\"text\": \"two words\", \"n\": {n}}}\n")).concat();
        let path = folder.write("one.jsonl", rows.as_bytes());
        let judged = read(&[&path], &labels, Purpose::Judge).unwrap().articles;
        let of: Vec<_> = judged.iter().map(|article| (article.number, article.good)).collect();
        assert_eq!(of, [(Some(7.0), true), (Some(5.0), false), (Some(3.0), false)]);
        assert!(read(&[&path], &labels, Purpose::Fit).unwrap().articles.is_empty(), "no corpus to fit on");
    }

    #[test]
    fn what_has_no_score_is_measured_and_marked() {
        let news = "The council closed the old bridge on Monday, the mayor said. ".repeat(12);
        let folder = Folder::new("scored");
        let row = |text: &str| serde_json::json!({"text": text, "label": "good"}).to_string() + "\n";
        let path = folder.write("one.jsonl", (row(&news) + &row("Three words only.")).as_bytes());
        let articles = read(&[path], &labels(), Purpose::Fit).unwrap().articles;
        assert_eq!(articles.len(), 2);
        let set = measure(&labels(), &articles);
        let seen: Vec<_> = set.examples().iter().map(|e| (e.scored, e.confidence > 0.0, e.whole.words)).collect();
        assert_eq!(seen, [(true, true, articles[0].words), (false, false, 3)]);
    }

    #[test]
    fn every_bad_row_is_told_with_its_line() {
        let folder = Folder::new("bad");
        let path = folder.write(
            "one.jsonl",
            concat!(
                "{\"id\": \"1\", \"text\": \n",
                "{\"id\": \"2\", \"text\": \"a b c\"}\n",
                "{\"id\": \"3\", \"label\": \"good\"}\n",
                "{\"id\": \"4\", \"text\": \"a b c\", \"label\": \"odd\"}\n",
                "{\"id\": \"5\", \"text\": \"a b c\", \"label\": \"odd\"}\n",
                "{\"id\": \"6\", \"text\": \"a b c\", \"label\": \"good\", \"corpus\": \"two\"}\n",
            )
            .as_bytes(),
        );
        let message = read(&[path], &labels(), Purpose::Fit).unwrap_err().to_string();
        let lines: Vec<_> = message.lines().collect();
        assert_eq!(lines.len(), 5, "{message}");
        assert!(lines[0].starts_with("line 1 of one.jsonl is not JSON (EOF"));
        assert_eq!(lines[1], "line 2 of one.jsonl has no label in `label`.");
        assert_eq!(lines[2], "line 3 of one.jsonl has no text.");
        assert_eq!(lines[3], "line 6 of one.jsonl is of the corpus `two`, of which the label file says nothing.");
        assert_eq!(
            lines[4],
            "one.jsonl has 2 rows with the label `odd`, the first in line 4, of which the label file says nothing."
        );
    }

    #[test]
    fn a_missing_file_is_a_sentence() {
        let message = read(&[Path::new("/nowhere/none.jsonl")], &labels(), Purpose::Fit).unwrap_err().to_string();
        assert!(message.starts_with("none.jsonl cannot be read (No such file"));
    }

    #[test]
    fn the_shipped_label_file_is_sound() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("models/reliability-7/labels.json");
        let labels = Labels::load(&path).unwrap();
        assert!(labels.corpora.iter().any(|corpus| !corpus.reference.is_empty()));
    }

    #[test]
    fn a_text_is_halved_between_paragraphs_or_sentences() {
        let text = "One two three four.\nFive six seven eight.";
        assert_eq!(halves(text), Some(["One two three four.\n", "Five six seven eight."]));
        assert_eq!(halves("One two three. Five six seven."), Some(["One two three. ", "Five six seven."]));
        assert_eq!(halves("no end in sight"), None);
        assert_eq!(halves(""), None);
    }
}
