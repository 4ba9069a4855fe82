//! The fields of an article, by the names they have in the input.

use std::fmt;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::refusal::Refusal;
use super::rows::Row;

/// What the fields are called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldNames {
    pub text: String,
    pub title: String,
    pub id: String,
    pub source: String,
    pub url: String,
    pub published: String,
}

impl Default for FieldNames {
    fn default() -> Self {
        FieldNames {
            text: "text".to_owned(),
            title: "title".to_owned(),
            id: "id".to_owned(),
            source: "source".to_owned(),
            url: "url".to_owned(),
            published: "published_time".to_owned(),
        }
    }
}

/// The six fields, in the order of [`Fields::slots`].
const COUNT: usize = 6;
const TEXT: usize = 0;
pub(super) const PUBLISHED: usize = 5;

impl FieldNames {
    pub(super) fn all(&self) -> [&str; COUNT] {
        [&self.text, &self.title, &self.id, &self.source, &self.url, &self.published]
    }
}

/// The fields of one record, as far as it has them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fields<T = String> {
    pub(super) text: Option<T>,
    pub(super) title: Option<T>,
    pub(super) id: Option<T>,
    pub(super) source: Option<T>,
    pub(super) url: Option<T>,
    pub(super) published: Option<T>,
}

impl<T> Default for Fields<T> {
    fn default() -> Self {
        Fields { text: None, title: None, id: None, source: None, url: None, published: None }
    }
}

impl<T> Fields<T> {
    fn slots(&mut self) -> [&mut Option<T>; COUNT] {
        let Fields { text, title, id, source, url, published } = self;
        [text, title, id, source, url, published]
    }

    /// Puts a value into the field with this place in [`FieldNames::all`].
    pub(super) fn set(&mut self, index: usize, value: T) {
        if let Some(slot) = self.slots().into_iter().nth(index) {
            *slot = Some(value);
        }
    }
}

impl Fields<Vec<u8>> {
    pub(super) fn weight(&self) -> usize {
        let Fields { text, title, id, source, url, published } = self;
        [text, title, id, source, url, published].into_iter().flatten().map(Vec::len).sum()
    }

    /// The same as text, or which field is none.
    pub(super) fn checked(mut self, names: &FieldNames) -> Result<Fields, (Option<String>, Refusal)> {
        let mut fields = Fields::default();
        let mut broken = None;
        for (index, (slot, name)) in self.slots().into_iter().zip(names.all()).enumerate() {
            let Some(bytes) = slot.take() else { continue };
            match String::from_utf8(bytes) {
                Ok(value) => fields.set(index, value),
                Err(error) => {
                    broken.get_or_insert_with(|| not_utf8(name, error.utf8_error().valid_up_to()));
                }
            }
        }
        match broken {
            None => Ok(fields),
            Some(refusal) => Err((fields.id, refusal)),
        }
    }
}

fn not_utf8(name: &str, at: usize) -> Refusal {
    Refusal::new("INPUT_NOT_UTF8", format!("The field {name:?} is not UTF-8 at its byte {at}."))
}

impl Fields {
    /// Reads a line. What is not asked for is passed over. A refusal comes with the record's name, where it was read.
    pub(super) fn from_json(line: &[u8], names: &FieldNames) -> Result<Self, (Option<String>, Refusal)> {
        let line = std::str::from_utf8(line).map_err(|error| (None, Refusal::not_utf8(error.valid_up_to())))?;
        let mut wrong = None;
        let mut reader = serde_json::Deserializer::from_str(line);
        let fields = Object { names, wrong: &mut wrong }.deserialize(&mut reader);
        match (fields.and_then(|fields| reader.end().map(|()| fields)), wrong) {
            (Ok(fields), None) => Ok(fields),
            (Ok(fields), Some(refusal)) => Err((fields.id, refusal)),
            // What the parser says here may repeat what it read.
            (Err(error), _) if error.is_data() => {
                Err((None, Refusal::new("NOT_AN_OBJECT", "The line is JSON, but no object.")))
            }
            (Err(error), _) => {
                let at = error.column();
                let message = if error.is_eof() {
                    format!("The line ends too early, at its byte {at}.")
                } else {
                    format!("The line is not JSON from its byte {at} on.")
                };
                Err((None, Refusal::new("INVALID_JSON", message)))
            }
        }
    }
}

/// A value that may stand in a field.
enum Scalar {
    Null,
    Text(String),
    Number(String),
    /// What it is called.
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Scalar {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Scalar;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value")
            }

            fn visit_unit<E>(self) -> Result<Scalar, E> {
                Ok(Scalar::Null)
            }

            fn visit_str<E>(self, text: &str) -> Result<Scalar, E> {
                Ok(Scalar::Text(text.to_owned()))
            }

            fn visit_string<E>(self, text: String) -> Result<Scalar, E> {
                Ok(Scalar::Text(text))
            }

            fn visit_i64<E>(self, number: i64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.to_string()))
            }

            fn visit_u64<E>(self, number: u64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.to_string()))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Scalar, E> {
                Ok(Scalar::Number(number.to_string()))
            }

            fn visit_bool<E>(self, is: bool) -> Result<Scalar, E> {
                Ok(Scalar::Other(if is { "true" } else { "false" }))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Scalar, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other("a list"))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Scalar::Other("an object"))
            }
        }
        deserializer.deserialize_any(Any)
    }
}

/// Which of the fields a key is.
struct Key<'a>(&'a FieldNames);

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.all().into_iter().position(|name| name == key))
    }
}

struct Object<'a> {
    names: &'a FieldNames,
    wrong: &'a mut Option<Refusal>,
}

impl<'de> DeserializeSeed<'de> for Object<'_> {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Object<'_> {
    type Value = Fields;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        let mut seen = [false; COUNT];
        let refuse = |wrong: &mut Option<Refusal>, index: usize, reason: &str, problem: &str| {
            let name = self.names.all().into_iter().nth(index).unwrap_or_default();
            wrong.get_or_insert_with(|| Refusal::new(reason, format!("The field {name:?} {problem}.")));
        };
        while let Some(key) = map.next_key_seed(Key(self.names))? {
            let Some(index) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let value = map.next_value::<Scalar>()?;
            if let Some(seen) = seen.get_mut(index)
                && std::mem::replace(seen, true)
            {
                refuse(self.wrong, index, "DUPLICATE_FIELD", "stands twice");
            }
            let needs_string = [TEXT, PUBLISHED].contains(&index);
            let needed = if needs_string { "a string" } else { "a string or a number" };
            match value {
                Scalar::Null if index == TEXT => {
                    refuse(self.wrong, index, "MISSING_TEXT", "is null; a string is needed");
                }
                Scalar::Null => {}
                Scalar::Text(text) => fields.set(index, text),
                Scalar::Number(number) if !needs_string => fields.set(index, number),
                Scalar::Number(_) => {
                    refuse(self.wrong, index, "INVALID_FIELD", &format!("is a number; {needed} is needed"));
                }
                Scalar::Other(kind) => {
                    refuse(self.wrong, index, "INVALID_FIELD", &format!("is {kind}; {needed} is needed"));
                }
            }
        }
        Ok(fields)
    }
}

/// Where the fields stand among the columns of a table.
pub(super) fn places(columns: &[String], names: &FieldNames) -> Result<[Option<usize>; COUNT], Refusal> {
    let place = |name: &str| columns.iter().position(|column| column == name);
    if place(&names.text).is_none() {
        return Err(Refusal::no_text_column(&names.text, columns));
    }
    for name in names.all() {
        if columns.iter().filter(|column| *column == name).count() > 1 {
            return Err(Refusal::two_columns(name));
        }
    }
    Ok(names.all().map(place))
}

/// Where the fields stand in the rows of a table.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Columns {
    count: usize,
    places: [Option<usize>; COUNT],
    names: FieldNames,
}

impl Columns {
    /// Reads the line of names.
    pub(super) fn of(header: &Row, names: &FieldNames) -> Result<Self, Refusal> {
        let found: Vec<_> = header.fields().map(|name| String::from_utf8_lossy(name).into_owned()).collect();
        Ok(Columns { count: header.len(), places: places(&found, names)?, names: names.clone() })
    }

    pub(super) fn fields(&self, row: &Row) -> Result<Fields, (Option<String>, Refusal)> {
        if row.len() != self.count {
            let message = format!("The row has {} columns; the first line has {}.", row.len(), self.count);
            return Err((None, Refusal::new("WRONG_COLUMN_COUNT", message)));
        }
        let mut fields = Fields::default();
        for (index, place) in self.places.iter().enumerate() {
            if let Some(bytes) = place.and_then(|place| row.field(place)) {
                fields.set(index, bytes.to_vec());
            }
        }
        fields.checked(&self.names)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(line: &str) -> Result<Fields, String> {
        Fields::from_json(line.as_bytes(), &FieldNames::default()).map_err(|(_, refusal)| refusal.reason)
    }

    fn some(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    #[test]
    fn known_fields_are_read_and_others_passed_over() {
        let line = r#"{"id": 17, "text": "caf\u00e9", "more": {"text": [1, "x"]}, "title": null}"#;
        let fields = Fields { id: some("17"), text: some("caf\u{e9}"), ..Fields::default() };
        assert_eq!(json(line), Ok(fields));
    }

    #[test]
    fn every_fault_has_its_reason() {
        for (line, reason) in [
            (r#"{"text": "a""#, "INVALID_JSON"),
            (r#"{"text": "a"} x"#, "INVALID_JSON"),
            (r#"{"text": "\ud800"}"#, "INVALID_JSON"),
            ("nothing", "INVALID_JSON"),
            (r#"["text"]"#, "NOT_AN_OBJECT"),
            (r#""secret words""#, "NOT_AN_OBJECT"),
            (r#"{"text": 7}"#, "INVALID_FIELD"),
            (r#"{"text": "a", "id": []}"#, "INVALID_FIELD"),
            (r#"{"text": "a", "text": "b"}"#, "DUPLICATE_FIELD"),
        ] {
            assert_eq!(json(line), Err(reason.to_owned()), "{line}");
        }
        let deep = format!(r#"{{"text": "a", "more": {}{}}}"#, "[".repeat(9_999), "]".repeat(9_999));
        assert!(json(&deep).is_ok(), "what is passed over may be as deep as it likes");
        let (_, refusal) = Fields::from_json(b"{\"text\": \"caf\xe9\"}", &FieldNames::default()).unwrap_err();
        assert_eq!((refusal.reason.as_str(), refusal.message.contains("byte 13")), ("INPUT_NOT_UTF8", true));
    }

    #[test]
    fn no_refusal_repeats_what_was_read() {
        for line in [r#""secret words""#, r#"{"text": ["secret"]}"#, r#"{"id": 1, secret}"#, "secret"] {
            let (_, refusal) = Fields::from_json(line.as_bytes(), &FieldNames::default()).unwrap_err();
            assert!(!refusal.message.contains("secret"), "{}", refusal.message);
        }
    }
}
