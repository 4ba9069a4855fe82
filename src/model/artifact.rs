//! The model file: one JSON document that holds everything a score needs, sealed by a hash.

use std::fmt;
use std::io;
use std::path::Path;

use linfa_logistic::FittedLogisticRegression;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::evaluate::Bin;
use super::floor::Floor;
use super::predict::Resolved;
use super::register::{Reading, RegisterFile, Unit};
use super::transform::{Column, Reference};
use crate::features::{FEATURE_SET_VERSION, FEATURES};
use crate::report::Band;
use crate::text::Document;

/// The layout that this program reads and writes.
pub const SCHEMA: &str = "candor.model/4";

static EMBEDDED: &[u8] = include_bytes!("../../models/reliability-7/model.json");

/// The greatest number that takes part in a score: far beyond any fitted one, and products of a few stay finite.
const GREATEST: f64 = 1e9;

/// Whether a score may be computed with `number`. Not a number is none.
pub(super) fn is_moderate(number: f64) -> bool {
    number.abs() <= GREATEST
}

/// What a model file holds, unchecked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artifact {
    /// Always [`SCHEMA`].
    pub schema: String,
    pub version: String,
    /// The feature definitions it was fitted on.
    pub feature_set_version: String,
    /// The command that makes it again from the same data.
    pub created_from: String,
    /// The ids of the dictionary when it was fitted.
    pub features: Vec<String>,
    /// In the order of the estimator's parameters.
    pub columns: Vec<Column>,
    /// How texts are written; its sum is the estimator's last input. Absent in a model without it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub register: Option<RegisterFile>,
    /// As linfa fitted it. Its positive class may be `false` (linfa calls the larger class positive):
    /// read its weights through [`Artifact::orientation`].
    pub estimator: FittedLogisticRegression<f64, bool>,
    /// L2 strength for each article of average weight.
    pub penalty: f64,
    pub calibration: Calibration,
    pub floor: Floor,
    pub bands: Bands,
    pub interval: Interval,
    pub reference: Reference,
    pub corpora: Vec<Corpus>,
    pub metrics: Vec<Metric>,
    /// What lies behind the calibration errors.
    pub diagrams: Vec<Diagram>,
    /// Columns that the model does without, in the order in which they fell.
    pub excluded: Vec<Excluded>,
    /// SHA-256 over the compact JSON of all other fields, in lower-case hexadecimal.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub sha256: String,
}

/// The logit of the score is `slope` times the estimator's logit and the floor's term, plus `intercept`.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibration {
    /// Above 0.
    pub slope: f64,
    pub intercept: f64,
}

/// The least scores of the bands above the lowest: terciles of the scores of articles in corpora
/// that the scoring model had not seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bands {
    pub mixed: f64,
    pub high: f64,
}

/// What the 90% interval is made of: the logit's variance is `x' covariance x + noise / words`, x
/// being 1 and the columns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Interval {
    /// Variance of the calibrated logit between pieces of one article, times their words.
    pub noise: f64,
    /// Of the calibrated bias and weights between samples of sources, row by row.
    pub covariance: Vec<Vec<f64>>,
    /// How many samples of sources it was taken from.
    pub replicates: u32,
}

/// A set of articles that the model was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    pub id: String,
    /// Articles used, of either label.
    pub articles: u32,
    pub positive: u32,
    pub negative: u32,
    /// Whether weights were fitted on it; else it only is part of the reference distribution.
    pub fitted: bool,
    /// As its distributor states it.
    pub license: String,
    /// What its labels mean.
    pub meaning: String,
}

/// One figure measured when the model was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    pub id: String,
    /// Empty for all.
    pub corpus: String,
    pub value: f64,
}

/// A reliability diagram: what was predicted of articles that were left out, and what their labels are.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Diagram {
    /// How articles were left out; the beginning of the names of its metrics.
    pub id: String,
    pub bins: Vec<Bin>,
}

/// A column that the model does without.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Excluded {
    pub feature_id: String,
    pub transform: super::transform::Transform,
    pub reason: String,
}

impl Artifact {
    /// 1 if the estimator's positive class is good practice, -1 if it is the other one.
    #[must_use]
    pub fn orientation(&self) -> f64 {
        orientation(&self.estimator)
    }

    /// Fills in the hash.
    pub fn seal(&mut self) -> Result<(), ModelError> {
        self.sha256 = self.hash("the model")?;
        Ok(())
    }

    /// The document as it is written: objects one field a line, lists of numbers on one line.
    pub fn to_json(&self) -> Result<String, ModelError> {
        let mut out = Vec::new();
        let mut serializer = serde_json::Serializer::with_formatter(&mut out, CompactLists::default());
        self.serialize(&mut serializer).map_err(|error| unwritable("the model", &error))?;
        out.push(b'\n');
        String::from_utf8(out).map_err(|error| unwritable("the model", &error))
    }

    fn hash(&self, name: &str) -> Result<String, ModelError> {
        let content = Artifact { sha256: String::new(), ..self.clone() };
        let bytes = serde_json::to_vec(&content).map_err(|error| unwritable(name, &error))?;
        Ok(Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// Why the content cannot be a model, if it cannot. Infinity is refused although JSON has none: an
    /// artifact may also come from memory.
    fn problem(&self) -> Option<String> {
        if self.feature_set_version != FEATURE_SET_VERSION {
            return Some(format!(
                "it was fitted on version {} of the features, and this program measures version {FEATURE_SET_VERSION}",
                self.feature_set_version
            ));
        }
        if self.version.trim().is_empty() {
            return Some("its version is empty".to_owned());
        }
        let known = |id: &str| FEATURES.iter().any(|feature| feature.id == id);
        let ids = self
            .features
            .iter()
            .chain(self.columns.iter().map(|column| &column.feature_id))
            .chain(self.reference.quantiles.iter().map(|q| &q.feature_id))
            .chain(self.excluded.iter().map(|column| &column.feature_id));
        for id in ids {
            if !known(id) {
                return Some(format!("it names a feature `{id}` that does not exist"));
            }
        }
        if let Some(problem) = self.reference.quantiles.iter().find_map(|q| q.problem()) {
            return Some(problem);
        }
        for (index, quantiles) in self.reference.quantiles.iter().enumerate() {
            let id = &quantiles.feature_id;
            if self.reference.quantiles.iter().take(index).any(|earlier| earlier.feature_id == *id) {
                return Some(format!("it has two reference distributions of {id}"));
            }
        }
        let width = self.columns.len();
        if width == 0 {
            return Some("it has no columns".to_owned());
        }
        for (index, column) in self.columns.iter().enumerate() {
            let (id, transform) = (&column.feature_id, column.transform);
            if self
                .columns
                .iter()
                .take(index)
                .any(|earlier| earlier.feature_id == *id && earlier.transform == transform)
            {
                return Some(format!("it has the {} of {id} twice", transform.as_str()));
            }
            if !self.reference.quantiles.iter().any(|q| q.feature_id == *id) {
                return Some(format!("it has no reference distribution of {id}"));
            }
            if !is_moderate(column.centre) {
                return Some(format!("the centre of {id} is out of range"));
            }
        }
        if let Some(problem) = self.register.as_ref().and_then(RegisterFile::problem) {
            return Some(problem);
        }
        let width = width + usize::from(self.register.is_some());
        let weights = self.estimator.params();
        if weights.len() != width {
            return Some(format!("it has {} weights for {width} inputs", weights.len()));
        }
        if !is_moderate(self.estimator.intercept()) || weights.iter().any(|w| !is_moderate(*w)) {
            return Some("a weight is out of range".to_owned());
        }
        let labels = self.estimator.labels();
        if labels.pos.class == labels.neg.class {
            return Some("its estimator knows only one class".to_owned());
        }
        let Calibration { slope, intercept } = self.calibration;
        if !(is_moderate(slope) && slope > 0.0 && is_moderate(intercept)) {
            return Some("its calibration is not a rising line".to_owned());
        }
        if !self.penalty.is_finite() || self.penalty < 0.0 {
            return Some("its penalty is not a number of at least 0".to_owned());
        }
        let Floor { below, depth } = self.floor;
        if below != Floor::of_band(depth).below || !(0.0..=10.0).contains(&depth) {
            return Some(format!("its floor effect of {depth} below {below} is out of range"));
        }
        let Bands { mixed, high } = self.bands;
        if !(0.0 < mixed && mixed < high && high < 1.0) {
            return Some(format!("its bands begin at {mixed} and {high}, which are not in order between 0 and 1"));
        }
        self.interval.problem(width + 1).or_else(|| {
            self.metrics
                .iter()
                .find(|metric| !metric.value.is_finite())
                .map(|metric| format!("the metric {} is not finite", metric.id))
        })
    }
}

impl Interval {
    fn problem(&self, width: usize) -> Option<String> {
        if !(is_moderate(self.noise) && self.noise >= 0.0) {
            return Some("its noise is not a number of at least 0".to_owned());
        }
        let rows = self.covariance.len();
        if rows != width || self.covariance.iter().any(|row| row.len() != width) {
            return Some(format!("its covariance has {rows} rows where the bias and the weights are {width}"));
        }
        if self.covariance.iter().flatten().any(|v| !is_moderate(*v)) {
            return Some("its covariance has a number that is out of range".to_owned());
        }
        if self.covariance.iter().enumerate().any(|(i, row)| row.get(i).is_some_and(|variance| *variance < 0.0)) {
            return Some("its covariance has a negative variance".to_owned());
        }
        None
    }
}

/// 1 if the fitted positive class is `true`, -1 if it is `false`. linfa 0.8.1 calls the larger class
/// positive (rust-ml/linfa#393), later versions the greater label: asking keeps both right.
pub(crate) fn orientation(estimator: &FittedLogisticRegression<f64, bool>) -> f64 {
    if estimator.labels().pos.class { 1.0 } else { -1.0 }
}

/// A model that was checked and is ready to predict.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    artifact: Artifact,
    pub(crate) resolved: Resolved,
}

/// One weight of the logit, calibration folded in.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weight<'a> {
    pub feature_id: &'a str,
    /// `log_odds` or `percentile_squared`
    pub transform: &'static str,
    pub weight: f64,
}

impl Model {
    /// The model that is part of the program.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::from_json(EMBEDDED, "the embedded model")
    }

    /// Reads a model file.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| ModelError::unreadable(&name, &error))?;
        Self::from_json(&bytes, &name)
    }

    /// Reads a model from JSON; `name` is how an error refers to it.
    pub fn from_json(json: impl AsRef<[u8]>, name: &str) -> Result<Self, ModelError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let json = json.as_ref();
        let malformed = |error: serde_json::Error| {
            let reason = if error.is_eof() {
                format!("it ends too early, at line {}", error.line())
            } else {
                format!("it is not a model document ({error})")
            };
            ModelError::new(ModelErrorKind::Malformed, name, reason)
        };
        // The schema is read first: a later layout should be called unknown, not malformed.
        let head: Head = serde_json::from_slice(json).map_err(malformed)?;
        if head.schema != SCHEMA {
            return Err(ModelError::new(
                ModelErrorKind::UnknownSchema,
                name,
                format!("its schema is `{}`, and this program reads `{SCHEMA}`", head.schema),
            ));
        }
        let artifact: Artifact = serde_json::from_slice(json).map_err(malformed)?;
        Self::from_artifact(artifact, name)
    }

    /// Checks a model that is in memory; `name` is how an error refers to it.
    pub fn from_artifact(artifact: Artifact, name: &str) -> Result<Self, ModelError> {
        let hash = artifact.hash(name)?;
        if artifact.sha256 != hash {
            let reason = if artifact.sha256.is_empty() {
                "it has no sha256".to_owned()
            } else {
                "its content does not match its sha256: it was changed or damaged".to_owned()
            };
            return Err(ModelError::new(ModelErrorKind::Tampered, name, reason));
        }
        if let Some(problem) = artifact.problem() {
            return Err(ModelError::new(ModelErrorKind::Inconsistent, name, problem));
        }
        let resolved = Resolved::new(&artifact);
        Ok(Model { artifact, resolved })
    }

    /// The whole content.
    #[must_use]
    pub fn artifact(&self) -> &Artifact {
        &self.artifact
    }

    /// Its version.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.artifact.version
    }

    /// SHA-256 over its content, in hexadecimal.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.artifact.sha256
    }

    /// Its weights, calibration folded in, in the order of its columns.
    pub fn weights(&self) -> impl Iterator<Item = Weight<'_>> {
        let scale = self.artifact.calibration.slope * self.artifact.orientation();
        self.artifact.columns.iter().zip(self.artifact.estimator.params()).map(move |(column, weight)| Weight {
            feature_id: &column.feature_id,
            transform: column.transform.as_str(),
            weight: scale * weight,
        })
    }

    /// The weight of its register model's sum, calibration folded in; absent in a model without one.
    #[must_use]
    pub fn register_weight(&self) -> Option<f64> {
        self.resolved.register_weight()
    }

    /// What its register model reads in an article; nothing if it has none.
    #[must_use]
    pub fn read(&self, document: &Document<'_>) -> Reading {
        self.resolved.register().map(|register| register.read(document)).unwrap_or_default()
    }

    /// The same of units that were kept.
    pub(crate) fn read_units(&self, units: &[Unit]) -> Reading {
        self.resolved.register().map(|register| register.read_units(units)).unwrap_or_default()
    }

    /// The logit of an article whose every input is 0, calibration folded in.
    #[must_use]
    pub fn bias(&self) -> f64 {
        self.resolved.bias()
    }

    /// The bands and their least scores, from the lowest.
    #[must_use]
    pub fn bands(&self) -> [(Band, f64); 3] {
        let Bands { mixed, high } = self.artifact.bands;
        [(Band::Low, 0.0), (Band::Mixed, mixed), (Band::High, high)]
    }
}

/// Why a model cannot be used. Its text is one sentence that names the model and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelError {
    kind: ModelErrorKind,
    message: String,
}

/// What is wrong with a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelErrorKind {
    /// The file cannot be read.
    Unreadable,
    /// Not a whole JSON document of the known fields.
    Malformed,
    /// A layout that this program does not know.
    UnknownSchema,
    /// The content does not match the hash.
    Tampered,
    /// The fields contradict one another or this program's features.
    Inconsistent,
    /// It cannot be written.
    Unwritable,
}

impl ModelError {
    fn new(kind: ModelErrorKind, name: &str, reason: impl fmt::Display) -> Self {
        ModelError { kind, message: format!("{name} cannot be used as a model: {reason}.") }
    }

    fn unreadable(name: &str, error: &io::Error) -> Self {
        Self::new(ModelErrorKind::Unreadable, name, format_args!("it cannot be read ({error})"))
    }

    /// What is wrong.
    #[must_use]
    pub fn kind(&self) -> ModelErrorKind {
        self.kind
    }
}

fn unwritable(name: &str, error: &dyn fmt::Display) -> ModelError {
    ModelError::new(ModelErrorKind::Unwritable, name, format_args!("it cannot be written ({error})"))
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ModelError {}

/// One field a line, but a list of numbers or strings on one line: a thousand quantiles, one to a
/// line, would hide every other change in a diff.
#[derive(Default)]
struct CompactLists {
    depth: usize,
    /// The next value is an element of a list; a nested object or list then starts a line.
    element: bool,
    /// Whether the list or object being closed holds nested lines.
    nested: Vec<bool>,
}

impl CompactLists {
    fn line<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b"\n")?;
        (0..self.depth).try_for_each(|_| writer.write_all(b"  "))
    }

    fn open<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        if std::mem::take(&mut self.element) {
            if let Some(nested) = self.nested.last_mut() {
                *nested = true;
            }
            self.line(writer)?;
        }
        self.depth += 1;
        self.nested.push(false);
        writer.write_all(bracket)
    }

    fn close<W: ?Sized + io::Write>(&mut self, writer: &mut W, bracket: &[u8]) -> io::Result<()> {
        self.depth = self.depth.saturating_sub(1);
        self.element = false;
        if self.nested.pop() == Some(true) {
            self.line(writer)?;
        }
        writer.write_all(bracket)
    }
}

impl serde_json::ser::Formatter for CompactLists {
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"[")
    }

    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"]")
    }

    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.element = true;
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_array_value<W: ?Sized + io::Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.element = false;
        Ok(())
    }

    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.open(writer, b"{")
    }

    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.close(writer, b"}")
    }

    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        if let Some(nested) = self.nested.last_mut() {
            *nested = true;
        }
        self.line(writer)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::synthetic;
    use crate::model::train::explained_distance;

    fn json() -> String {
        synthetic::model().artifact().to_json().unwrap()
    }

    fn refusal(json: &str) -> (ModelErrorKind, String) {
        let error = Model::from_json(json, "m.json").unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("m.json cannot be used as a model: "), "{message}");
        assert!(message.ends_with('.') && !message.contains('\n'), "{message}");
        let reason = message.trim_start_matches("m.json cannot be used as a model: ");
        (error.kind(), reason.to_owned())
    }

    /// The reason for refusing a change that was sealed again.
    fn sealed(change: impl FnOnce(&mut Artifact)) -> String {
        let mut artifact = synthetic::model().artifact().clone();
        change(&mut artifact);
        artifact.seal().unwrap();
        let (kind, reason) = refusal(&artifact.to_json().unwrap());
        assert_eq!(kind, ModelErrorKind::Inconsistent);
        reason
    }

    #[test]
    fn a_model_reads_back_bit_for_bit() {
        let model = synthetic::model();
        let read = Model::from_json(json(), "m.json").unwrap();
        assert_eq!(&read, model);
        assert_eq!(read.artifact().to_json().unwrap(), json());
        assert_eq!(model.sha256().len(), 64);
    }

    #[test]
    fn the_embedded_model_is_sound_and_predicts_as_linfa_does() {
        let model = Model::embedded().unwrap();
        for vector in synthetic::vectors(9, 50) {
            assert!(explained_distance(&model, &vector, &Reading { sum: 0.3, ..Reading::default() }) <= 1e-12);
        }
    }

    #[test]
    fn white_space_is_no_content() {
        let value: serde_json::Value = serde_json::from_str(&json()).unwrap();
        let compact = serde_json::to_string(&value).unwrap();
        assert!(Model::from_json(compact, "m.json").is_ok());
    }

    #[test]
    fn a_truncated_file_is_refused() {
        let json = json();
        // At the end of a line: inside a number it would be a number that is none.
        let cut = &json[..json[..json.len() / 2].rfind('\n').unwrap()];
        let (kind, reason) = refusal(cut);
        assert_eq!(kind, ModelErrorKind::Malformed);
        let line = cut.lines().count();
        assert_eq!(reason, format!("it ends too early, at line {line}."));
        assert_eq!(refusal("").1, "it ends too early, at line 1.");
    }

    #[test]
    fn what_is_no_model_is_refused() {
        let (kind, reason) = refusal("[1, 2]");
        assert_eq!(kind, ModelErrorKind::Malformed);
        assert!(reason.starts_with("it is not a model document (invalid type: "), "{reason}");
        let (_, reason) = refusal("{\"version\": \"1\"}");
        assert_eq!(reason, "it is not a model document (missing field `schema` at line 1 column 16).");
        let other = json().replacen("candor.model/4", "candor.model/9", 1);
        let (kind, reason) = refusal(&other);
        assert_eq!(kind, ModelErrorKind::UnknownSchema);
        assert_eq!(reason, "its schema is `candor.model/9`, and this program reads `candor.model/4`.");
    }

    #[test]
    fn a_changed_number_is_refused() {
        let mut artifact = synthetic::model().artifact().clone();
        artifact.calibration.slope += 1e-9;
        let (kind, reason) = refusal(&artifact.to_json().unwrap());
        assert_eq!(kind, ModelErrorKind::Tampered);
        assert_eq!(reason, "its content does not match its sha256: it was changed or damaged.");
        artifact.sha256.clear();
        assert_eq!(refusal(&artifact.to_json().unwrap()).1, "it has no sha256.");
    }

    #[test]
    fn numbers_that_json_cannot_hold_or_that_are_missing_are_refused() {
        let slope = synthetic::model().artifact().calibration.slope;
        for (number, complaint) in [("1e999", "number out of range"), ("null", "invalid type: null")] {
            let json = json().replacen(&format!("\"slope\": {slope}"), &format!("\"slope\": {number}"), 1);
            let (kind, reason) = refusal(&json);
            assert_eq!(kind, ModelErrorKind::Malformed);
            assert!(reason.contains(complaint), "{reason}");
        }
        let json = json().replacen(&format!("\"slope\": {slope},"), "", 1);
        assert!(refusal(&json).1.contains("missing field `slope`"));
    }

    #[test]
    fn a_number_that_is_not_finite_is_refused_from_memory_too() {
        let mut artifact = synthetic::model().artifact().clone();
        artifact.interval.noise = f64::NAN;
        artifact.seal().unwrap();
        let error = Model::from_artifact(artifact, "m.json").unwrap_err();
        assert_eq!(error.to_string(), "m.json cannot be used as a model: its noise is not a number of at least 0.");
    }

    #[test]
    fn a_number_that_would_take_a_score_out_of_range_is_refused() {
        let steep = |a: &mut Artifact| a.calibration.slope = f64::MAX;
        assert_eq!(sealed(steep), "its calibration is not a rising line.");
        let far = |a: &mut Artifact| a.columns[0].centre = -1e10;
        assert!(sealed(far).ends_with(" is out of range."));
        let spread = |a: &mut Artifact| a.interval.covariance[0][0] = f64::MAX;
        assert_eq!(sealed(spread), "its covariance has a number that is out of range.");
    }

    #[test]
    fn content_that_contradicts_itself_is_refused() {
        let unknown = |a: &mut Artifact| a.columns[0].feature_id = "vibes".to_owned();
        assert_eq!(sealed(unknown), "it names a feature `vibes` that does not exist.");
        let version = |a: &mut Artifact| a.feature_set_version = "0".to_owned();
        assert_eq!(
            sealed(version),
            format!(
                "it was fitted on version 0 of the features, and this program measures version {FEATURE_SET_VERSION}."
            )
        );
        let n = synthetic::model().artifact().columns.len();
        let narrow = |a: &mut Artifact| {
            a.columns.pop();
        };
        assert_eq!(sealed(narrow), format!("it has {} weights for {n} inputs.", n + 1));
        let empty = |a: &mut Artifact| a.columns.clear();
        assert_eq!(sealed(empty), "it has no columns.");
        let twice = |a: &mut Artifact| a.columns[1] = a.columns[0].clone();
        assert!(sealed(twice).ends_with(" twice."));
        let unreferenced = |a: &mut Artifact| {
            let id = a.columns[0].feature_id.clone();
            a.reference.quantiles.retain(|q| q.feature_id != id);
        };
        assert!(sealed(unreferenced).starts_with("it has no reference distribution of "));
        let covariance = |a: &mut Artifact| {
            a.interval.covariance.pop();
        };
        assert_eq!(
            sealed(covariance),
            format!("its covariance has {} rows where the bias and the weights are {}.", n + 1, n + 2)
        );
        let bands = |a: &mut Artifact| a.bands = Bands { mixed: 0.6, high: 0.4 };
        assert_eq!(sealed(bands), "its bands begin at 0.6 and 0.4, which are not in order between 0 and 1.");
        let falling = |a: &mut Artifact| a.calibration.slope = -1.0;
        assert_eq!(sealed(falling), "its calibration is not a rising line.");
    }

    #[test]
    fn a_distribution_that_does_not_rise_is_refused() {
        let first = |a: &Artifact| a.reference.quantiles[0].feature_id.clone();
        let id = first(synthetic::model().artifact());
        let values = |a: &mut Artifact| a.reference.quantiles[0].values.swap(0, 1);
        assert_eq!(sealed(values), format!("the reference distribution of {id} does not rise."));
        let counts = |a: &mut Artifact| a.reference.quantiles[0].upto[0] = u32::MAX;
        assert_eq!(sealed(counts), format!("the reference distribution of {id} does not rise."));
        let widths = |a: &mut Artifact| {
            a.reference.quantiles[0].below.pop();
        };
        assert!(sealed(widths).contains(" counts below and "));
        let total = |a: &mut Artifact| a.reference.quantiles[0].count += 1;
        assert!(sealed(total).contains(" does not account for its "));
    }

    #[test]
    fn an_unreadable_file_is_named() {
        let error = Model::load(Path::new("nowhere/model.json")).unwrap_err();
        assert_eq!(error.kind(), ModelErrorKind::Unreadable);
        let message = error.to_string();
        assert!(
            message.starts_with("nowhere/model.json cannot be used as a model: it cannot be read (No such file"),
            "{message}"
        );
    }

    #[test]
    fn lists_of_numbers_take_one_line() {
        let json = json();
        let values = json.lines().find(|l| l.contains("\"values\": [")).unwrap();
        assert!(values.ends_with("],"), "{values}");
        assert!(json.lines().any(|line| line == "  \"bands\": {"));
    }
}
