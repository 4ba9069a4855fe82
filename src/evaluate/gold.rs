//! The gold formats: JSON Lines, plain or gzipped, one sentence or one article a row. Offsets in them
//! count Unicode code points.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::ops::Range;
use std::path::Path;

use serde_json::Value;

/// A gold file that cannot be read, in one sentence.
#[derive(Debug)]
pub struct GoldError(String);

impl fmt::Display for GoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for GoldError {}

/// One sentence of a gold article, with its labels as they stand in the file.
#[derive(Debug, Clone)]
pub struct GoldSentence {
    /// Bytes of the article's text.
    pub start: usize,
    pub end: usize,
    pub labels: Value,
}

/// An article put together from its sentences, in their order.
#[derive(Debug, Clone)]
pub struct GoldArticle {
    pub id: String,
    pub text: String,
    /// Empty where the file annotates whole articles.
    pub sentences: Vec<GoldSentence>,
    /// A rule of segmentation: its list of sentences is right or wrong as a whole.
    pub rule: bool,
    /// Present where the file annotates who is said to have said what.
    pub relations: Option<Vec<GoldRelation>>,
}

/// One annotated attribution, in bytes of the article's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoldRelation {
    pub source: Vec<Range<usize>>,
    pub cue: Vec<Range<usize>>,
    pub content: Vec<Range<usize>>,
}

/// All articles of some files.
#[derive(Debug, Default)]
pub struct GoldSet {
    pub articles: Vec<GoldArticle>,
}

/// Reads files whose rows are sentences, or headlines as `title`. Rows that share a `doc_id` and carry a
/// `sent_idx` are one article, and so are those with `newpar`: such a row begins a paragraph if it says so,
/// and goes on after a blank if not (`space_after` of the row before may say there is none); where rows have
/// `start` and `end` in their article, a gap of more than one begins a paragraph. Rows without are articles of
/// one sentence. A row with a `text` and its `sentences` is a rule of segmentation; one with a `text` and
/// `attributions` is an article with its relations.
///
/// With a `split`, only rows whose `split` equals it are read.
///
/// # Errors
/// A file that cannot be opened or read, a row that is no JSON object or has no sentence, a rule whose
/// sentences do not stand in its text in their order, each with its line; a split of which no file has a row.
pub fn read(paths: &[impl AsRef<Path>], split: Option<&str>) -> Result<GoldSet, GoldError> {
    let mut set = GoldSet::default();
    for path in paths {
        read_file(path.as_ref(), split, &mut set)?;
    }
    match split {
        Some(name) if set.articles.is_empty() => Err(GoldError(format!("no row is of the split \"{name}\"."))),
        _ => Ok(set),
    }
}

/// Names the file in what is said to be wrong with it.
pub(super) fn problem_in(path: &Path) -> impl Fn(String) -> GoldError {
    move |what| GoldError(format!("{}: {what}", path.display()))
}

/// The rows of a file, plain or gzipped, with the numbers of their lines from 0. Blank lines are passed over.
pub(super) fn rows(path: &Path) -> Result<impl Iterator<Item = Result<(usize, Value), GoldError>>, GoldError> {
    let problem = problem_in(path);
    let file = File::open(path).map_err(|error| problem(format!("cannot be opened: {error}.")))?;
    let gzipped = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> =
        if gzipped { Box::new(flate2::read::MultiGzDecoder::new(file)) } else { Box::new(file) };
    Ok(BufReader::new(reader).lines().enumerate().filter_map(move |(number, line)| {
        let line = line.map_err(|error| problem(format!("cannot be read at line {}: {error}.", number + 1)));
        let row = match line {
            Ok(line) if line.trim().is_empty() => return None,
            Ok(line) => serde_json::from_str(&line)
                .map_err(|error| problem(format!("line {} is not JSON: {error}.", number + 1))),
            Err(error) => Err(error),
        };
        Some(row.map(|row| (number, row)))
    }))
}

fn read_file(path: &Path, split: Option<&str>, set: &mut GoldSet) -> Result<(), GoldError> {
    let problem = problem_in(path);
    let mut by_document: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows(path)? {
        let (number, row) = row?;
        if let (Some(text), Some(relations)) =
            (row.get("text").and_then(Value::as_str), row.get("attributions").and_then(Value::as_array))
        {
            set.articles.push(annotated(&row, text, relations));
            continue;
        }
        if let (Some(text), Some(sentences)) =
            (row.get("text").and_then(Value::as_str), row.get("sentences").and_then(Value::as_array))
        {
            let rule = rule(&row, text, sentences)
                .ok_or_else(|| problem(format!("line {}: its sentences do not stand in its text.", number + 1)))?;
            set.articles.push(rule);
            continue;
        }
        let Some(sentence) = row.get("sentence").or_else(|| row.get("title")).and_then(Value::as_str) else {
            return Err(problem(format!("line {} has no \"sentence\" and no \"title\".", number + 1)));
        };
        if split.is_some_and(|name| row.get("split").and_then(Value::as_str) != Some(name)) {
            continue;
        }
        let document = row.get("doc_id").map(|id| id.as_str().map_or_else(|| id.to_string(), str::to_owned));
        let part = row.get("sent_idx").is_some() || row.get("newpar").is_some();
        let index = match document {
            Some(id) if part => *by_document.entry(id.clone()).or_insert_with(|| new_article(set, id)),
            id => new_article(set, id.unwrap_or_default()),
        };
        let Some(article) = set.articles.get_mut(index) else {
            continue;
        };
        let flag = |row: &Value, name: &str| row.get(name).and_then(Value::as_bool);
        let offset = |row: &Value, name: &str| row.get(name).and_then(Value::as_u64);
        if let Some(before) = article.sentences.last() {
            let gap = offset(&row, "start").zip(offset(&before.labels, "end"));
            let apart = gap.is_some_and(|(start, end)| start > end + 1);
            if flag(&row, "newpar").unwrap_or(false) || apart {
                article.text.push('\n');
            } else if flag(&before.labels, "space_after").unwrap_or(true) {
                article.text.push(' ');
            }
        }
        let start = article.text.len();
        article.text.push_str(sentence);
        article.sentences.push(GoldSentence { start, end: article.text.len(), labels: row.clone() });
    }
    Ok(())
}

/// The sentences of a rule, each found after the one before.
fn rule(row: &Value, text: &str, sentences: &[Value]) -> Option<GoldArticle> {
    let mut from = 0;
    let mut found = Vec::with_capacity(sentences.len());
    for sentence in sentences {
        let words = sentence.as_str()?.trim();
        let start = from + text.get(from..)?.find(words)?;
        from = start + words.len();
        found.push(GoldSentence { start, end: from, labels: Value::Null });
    }
    let id = row.get("id").map(Value::to_string).unwrap_or_default();
    Some(GoldArticle { id, text: text.to_owned(), sentences: found, rule: true, relations: None })
}

/// An article with its relations, whose offsets count code points.
fn annotated(row: &Value, text: &str, relations: &[Value]) -> GoldArticle {
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let at = |value: &Value| bytes.get(usize::try_from(value.as_u64()?).ok()?).copied();
    let spans = |relation: &Value, name: &str| -> Vec<Range<usize>> {
        let spans = relation.get(name).and_then(Value::as_array).into_iter().flatten();
        spans.filter_map(|span| Some(at(span.get(0)?)?..at(span.get(1)?)?)).collect()
    };
    let relations = relations
        .iter()
        .map(|relation| GoldRelation {
            source: spans(relation, "source"),
            cue: spans(relation, "cue"),
            content: spans(relation, "content"),
        })
        .collect();
    let id = row.get("doc_id").and_then(Value::as_str).unwrap_or_default().to_owned();
    GoldArticle { id, text: text.to_owned(), sentences: Vec::new(), rule: false, relations: Some(relations) }
}

fn new_article(set: &mut GoldSet, id: String) -> usize {
    set.articles.push(GoldArticle { id, text: String::new(), sentences: Vec::new(), rule: false, relations: None });
    set.articles.len() - 1
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_split_is_read_alone() {
        let path = std::env::temp_dir().join(format!("candor-gold-{}.jsonl", std::process::id()));
        let rows = concat!(
            r#"{"doc_id": "a", "split": "train", "sentence": "Rain fell."}"#,
            "\n",
            r#"{"doc_id": "b", "split": "test", "sentence": "Snow fell."}"#,
            "\n",
        );
        std::fs::write(&path, rows).unwrap();
        let texts =
            |split| read(&[&path], split).map(|set| set.articles.into_iter().map(|a| a.text).collect::<Vec<_>>());
        assert_eq!(texts(None).unwrap(), ["Rain fell.", "Snow fell."]);
        assert_eq!(texts(Some("test")).unwrap(), ["Snow fell."]);
        assert!(texts(Some("dev")).unwrap_err().to_string().contains("\"dev\""));
        std::fs::remove_file(&path).unwrap();
    }
}
