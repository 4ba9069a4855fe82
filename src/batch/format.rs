//! What a file holds, told by its name.

use std::path::Path;

use clap::ValueEnum;

/// What an input holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// One JSON object a line.
    Jsonl,
    /// Comma-separated values with a line of column names.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// Apache Parquet.
    Parquet,
    /// One article a file, as plain text.
    Text,
    /// One web page a file, of which the article is taken.
    Html,
}

impl Format {
    /// By the extension, that of a compression aside.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let name = [".gz", ".zst"].iter().find_map(|end| name.strip_suffix(end)).unwrap_or(&name);
        let (_, extension) = name.rsplit_once('.')?;
        match extension {
            "jsonl" | "ndjson" => Some(Format::Jsonl),
            "csv" => Some(Format::Csv),
            "tsv" => Some(Format::Tsv),
            "parquet" => Some(Format::Parquet),
            "txt" | "text" => Some(Format::Text),
            "html" | "htm" | "xhtml" => Some(Format::Html),
            _ => None,
        }
    }
}

/// How the reports are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Destination {
    Jsonl(Compression),
    Parquet,
}

/// What each chunk of the output is passed through. Chunks are compressed on their own, where they are made, and
/// stand one behind the other: both formats allow that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    None,
    Gzip,
    Zstd,
}

impl Destination {
    /// By the extension.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let name = path.file_name()?.to_str()?.to_ascii_lowercase();
        let ends = [
            (".parquet", Destination::Parquet),
            (".jsonl", Destination::Jsonl(Compression::None)),
            (".ndjson", Destination::Jsonl(Compression::None)),
            (".jsonl.gz", Destination::Jsonl(Compression::Gzip)),
            (".ndjson.gz", Destination::Jsonl(Compression::Gzip)),
            (".jsonl.zst", Destination::Jsonl(Compression::Zstd)),
            (".ndjson.zst", Destination::Jsonl(Compression::Zstd)),
        ];
        ends.into_iter().find(|(end, _)| name.ends_with(end)).map(|(_, destination)| destination)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extensions_tell_what_a_file_holds() {
        for (name, format) in [
            ("a.jsonl", Some(Format::Jsonl)),
            ("b.ndjson.gz", Some(Format::Jsonl)),
            ("c.CSV.zst", Some(Format::Csv)),
            ("d.parquet", Some(Format::Parquet)),
            ("e.b.txt", Some(Format::Text)),
            ("f.htm", Some(Format::Html)),
            ("g.json", None),
            ("h", None),
            (".gz", None),
        ] {
            assert_eq!(Format::of(Path::new(name)), format, "{name}");
        }
    }

    #[test]
    fn extensions_tell_how_to_write() {
        assert_eq!(Destination::of(Path::new("a.jsonl.zst")), Some(Destination::Jsonl(Compression::Zstd)));
        assert_eq!(Destination::of(Path::new("a/b.parquet")), Some(Destination::Parquet));
        assert_eq!(Destination::of(Path::new("a.csv")), None);
    }
}
