//! Model files: a small one of the shipped model's making, changed in some places.

use std::sync::LazyLock;

use candor::detect::Analysis;
use candor::features::FeatureVector;
use candor::model::artifact::Artifact;
use candor::model::{Given, Model, ModelErrorKind};
use candor::report::View;
use candor::{Article, Engine};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::{ENGINE, config, reached, sound};

const ARTICLE: &str = "The ferry company of Halvorsund will stop its night crossings in March, its chairman said on \
    Tuesday. According to a study published in May by the University of Tarn, fares rose by 14.5 percent in three \
    years.\n\n\u{201c}Nobody asked the islands,\u{201d} said Ingrid Vaal, who has driven the school bus since 1998. \
    Critics say that the plan is a disaster. A source said that it was never about money, and it may cost about $2.4 \
    million.\n\nThe company did not respond to a request for comment. This marks a pivotal moment for the coast, and \
    underscores the need for action by all who live there.";

/// How a file is changed, by a JSON pointer.
#[derive(Debug, Clone)]
enum Edit {
    Set(String, Value),
    /// A member or an element is gone.
    Drop(String),
    /// An element stands there twice.
    Twice(String),
}

impl Edit {
    fn apply(&self, document: &mut Value) {
        match self {
            Edit::Set(place, value) => {
                if let Some(old) = document.pointer_mut(place) {
                    old.clone_from(value);
                }
            }
            Edit::Drop(place) | Edit::Twice(place) => {
                let Some((parent, name)) = place.rsplit_once('/') else { return };
                match (document.pointer_mut(parent), self) {
                    (Some(Value::Object(members)), Edit::Drop(_)) => drop(members.remove(name)),
                    (Some(Value::Array(elements)), _) => {
                        let Some(at) = name.parse().ok().filter(|&at: &usize| at < elements.len()) else { return };
                        if matches!(self, Edit::Drop(_)) {
                            elements.remove(at);
                        } else {
                            elements.insert(at, elements[at].clone());
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// From `["set", POINTER, VALUE]`, `["drop", POINTER]` or `["twice", POINTER]`.
    fn read(edit: &Value) -> Option<Self> {
        let place = || Some(edit.get(1)?.as_str()?.to_owned());
        match edit.get(0)?.as_str()? {
            "set" => Some(Edit::Set(place()?, edit.get(2)?.clone())),
            "drop" => Some(Edit::Drop(place()?)),
            "twice" => Some(Edit::Twice(place()?)),
            _ => None,
        }
    }
}

/// Three columns, ten patterns and few numbers: the shipped file is a hundred times as long.
static SMALL: LazyLock<Value> = LazyLock::new(|| {
    let mut small = serde_json::to_value(ENGINE.model().artifact()).unwrap();
    let columns = 3;
    let head = |value: &mut Value, length| value.as_array_mut().unwrap().truncate(length);
    for list in ["corpora", "metrics", "excluded", "diagrams", "features"] {
        head(&mut small[list], 1);
    }
    head(&mut small["diagrams"][0]["bins"], 1);
    head(&mut small["columns"], columns);
    // Patterns that the article has, and their words.
    let strongest = ENGINE.score(&Article::from_text(ARTICLE)).register.unwrap().strongest;
    let names: Vec<&str> = strongest.iter().map(|pattern| pattern.pattern.as_str()).collect();
    let in_article = |name: &Value| name.as_str().is_some_and(|name| names.contains(&name));
    let in_names = |word: &Value| names.iter().any(|name| name.split(' ').any(|part| word == part));
    small["register"]["patterns"].as_array_mut().unwrap().retain(|pattern| in_article(&pattern[0]));
    small["register"]["vocabulary"].as_array_mut().unwrap().retain(in_names);
    let inputs = columns + 1;
    small["estimator"]["params"]["dim"] = json!([inputs]);
    head(&mut small["estimator"]["params"]["data"], inputs);
    let covariance = small["interval"]["covariance"].as_array_mut().unwrap();
    covariance.truncate(inputs + 1);
    covariance.iter_mut().for_each(|row| row.as_array_mut().unwrap().truncate(inputs + 1));
    let ids: Vec<Value> =
        small["columns"].as_array().unwrap().iter().map(|column| column["feature_id"].clone()).collect();
    let distribution = |id: &Value| json!({"feature_id": id, "count": 4, "values": [0.0, 0.5, 20.0], "below": [0, 2, 3], "upto": [2, 3, 4]});
    small["reference"]["quantiles"] = ids.iter().map(distribution).collect();
    small["register"]["reference"] = distribution(&json!("register"));
    small
});

/// All places in the small file.
static PLACES: LazyLock<Vec<String>> = LazyLock::new(|| {
    fn walk(value: &Value, at: &str, places: &mut Vec<String>) {
        if !at.is_empty() {
            places.push(at.to_owned());
        }
        match value {
            Value::Array(elements) => {
                elements
                    .iter()
                    .enumerate()
                    .for_each(|(index, element)| walk(element, &format!("{at}/{index}"), places));
            }
            Value::Object(members) => {
                members.iter().for_each(|(name, member)| walk(member, &format!("{at}/{name}"), places));
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    walk(&SMALL, "", &mut places);
    places
});

/// The places of numbers: what a score is made of.
static NUMBERS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let is_number = |place: &&String| SMALL.pointer(place).is_some_and(Value::is_number);
    PLACES.iter().filter(is_number).cloned().collect()
});

/// Edits of the small file, or else bytes of any file.
pub fn check(bytes: &[u8]) {
    let edits = serde_json::from_slice::<Vec<Value>>(bytes).ok();
    let edits = edits.and_then(|edits| edits.iter().map(Edit::read).collect::<Option<Vec<_>>>());
    match edits {
        Some(edits) => {
            let model = check_edits(&edits);
            // The whole of it, which is too much for a million.
            if let Some(model) = model {
                let article = Article::from_text(ARTICLE);
                sound::check(&Engine::new(model).score_for(&article, View::Full), &article);
            }
        }
        None => check_bytes(bytes),
    }
}

fn check_bytes(bytes: &[u8]) {
    if let Err(error) = Model::from_json(bytes, "m.json") {
        let problem = error.to_string();
        assert!(problem.starts_with("m.json cannot be used as a model: ") && problem.ends_with('.'), "{problem}");
    }
}

/// A model that scores, or nothing. The hash is made again, which else would catch every change.
fn check_edits(edits: &[Edit]) -> Option<Model> {
    let mut document = SMALL.clone();
    edits.iter().for_each(|edit| edit.apply(&mut document));
    let Ok(mut artifact) = serde_json::from_value::<Artifact>(document.clone()) else {
        let error = Model::from_json(document.to_string(), "m.json").unwrap_err();
        let known = [ModelErrorKind::Malformed, ModelErrorKind::UnknownSchema];
        assert!(known.contains(&error.kind()), "{error}");
        return None;
    };
    artifact.seal().unwrap();
    match Model::from_json(artifact.to_json().unwrap(), "m.json") {
        Ok(model) => {
            check_scores(&model, edits);
            Some(model)
        }
        Err(error) => {
            let known = [ModelErrorKind::Inconsistent, ModelErrorKind::UnknownSchema];
            assert!(known.contains(&error.kind()), "{error}");
            None
        }
    }
}

fn check_scores(model: &Model, edits: &[Edit]) {
    thread_local! {
        static ANALYSIS: (Analysis<'static>, FeatureVector) = {
            let analysis = Analysis::of(&Article::from_text(ARTICLE));
            let vector = FeatureVector::measure(&analysis);
            (analysis, vector)
        };
    }
    ANALYSIS.with(|(analysis, vector)| {
        let reading = model.read(&analysis.document);
        let prediction = model.predict(Given { vector, reading: &reading, words: analysis.prose.words });
        let verdict = &prediction.verdict;
        assert!(verdict.logit.is_finite(), "{edits:?}: {verdict:?}");
        assert!(0.0 <= verdict.low && verdict.low <= verdict.score, "{edits:?}: {verdict:?}");
        assert!(verdict.score <= verdict.high && verdict.high <= 1.0, "{edits:?}: {verdict:?}");
        let terms: f64 = verdict.terms.iter().map(|term| term.value).sum();
        let features: f64 = prediction.features.iter().filter_map(|feature| feature.contribution).sum();
        let parts = verdict.terms.iter().map(|term| term.value);
        let parts = parts.chain(prediction.features.iter().filter_map(|feature| feature.contribution));
        let size = parts.map(f64::abs).fold(1.0, f64::max);
        assert!((terms + features - verdict.logit).abs() <= 1e-9 * size, "{edits:?}: {verdict:?}");
        let finite = prediction.sub_scores.iter().filter_map(|sub| sub.score).all(|score| (0.0..=1.0).contains(&score));
        assert!(finite, "{edits:?}: {:?}", prediction.sub_scores);
        for change in model.counterfactuals(&prediction) {
            assert!(change.logit_change.is_finite(), "{edits:?}: {change:?}");
        }
        let _ = (model.is_garbled(vector), model.is_out_of_distribution(vector));
    });
}

fn odd_value() -> impl Strategy<Value = Value> {
    let number = select(
        &[
            0.0,
            -0.0,
            1.0,
            -1.0,
            0.5,
            5e-324,
            1e-320,
            1e-30,
            1e9,
            -1e15,
            1e150,
            1.7e308,
            -1.7e308,
            4_294_967_295.0,
            9_007_199_254_740_993.0,
        ][..],
    );
    let whole = select(&[0u64, 1, 2, 4, 5, 255, 4_294_967_295, 4_294_967_296, u64::MAX][..]);
    let text = select(
        &["", " ", "candor.model/9", "register", "lead_length", "percentile_squared", "a a", "\u{0}", "<Name> said"][..],
    );
    prop_oneof![
        6 => number.prop_map(|number| json!(number)),
        3 => whole.prop_map(|number| json!(number)),
        2 => text.prop_map(|text| json!(text)),
        1 => any::<f64>().prop_map(|number| json!(number)),
        1 => select(&[true, false][..]).prop_map(|switch| json!(switch)),
        1 => Just(Value::Null),
        1 => Just(json!([])),
        1 => Just(json!({})),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    let place = || any::<Index>().prop_map(|at| at.get(&PLACES).clone());
    let number = || any::<Index>().prop_map(|at| at.get(&NUMBERS).clone());
    prop_oneof![
        3 => (number(), odd_value()).prop_map(|(place, value)| Edit::Set(place, value)),
        6 => (number(), -2.0..2.0).prop_map(|(place, value)| Edit::Set(place, json!(value))),
        2 => (place(), odd_value()).prop_map(|(place, value)| Edit::Set(place, value)),
        // Another part of the file.
        1 => (place(), place()).prop_map(|(place, other)| Edit::Set(place, SMALL.pointer(&other).unwrap().clone())),
        1 => place().prop_map(Edit::Drop),
        1 => place().prop_map(Edit::Twice),
    ]
}

fn changed_bytes() -> impl Strategy<Value = Vec<u8>> {
    static WHOLE: LazyLock<Vec<u8>> = LazyLock::new(|| SMALL.to_string().into_bytes());
    let changes = prop::collection::vec((any::<Index>(), any::<u8>()), 1..4);
    (changes, any::<Index>(), prop::bool::weighted(0.2)).prop_map(|(changes, end, is_cut)| {
        let mut bytes = WHOLE.clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        bytes.truncate(if is_cut { end.index(bytes.len()) } else { bytes.len() });
        bytes
    })
}

#[derive(Debug, Clone)]
enum Change {
    Edits(Vec<Edit>),
    Bytes(Vec<u8>),
}

fn any_change() -> impl Strategy<Value = Change> {
    prop_oneof![
        3 => prop::collection::vec(edit(), 1..4).prop_map(Change::Edits),
        1 => changed_bytes().prop_map(Change::Bytes),
    ]
}

#[test]
fn the_small_file_is_a_model() {
    let model = check_edits(&[]).unwrap();
    let reading = model.read(&Analysis::of(&Article::from_text(ARTICLE)).document);
    assert!(reading.strongest.len() > 3, "its patterns are in the article: {reading:?}");
}

#[test]
fn some_changed_files_are_models_and_some_are_not() {
    let models = reached(any_change(), |change| match change {
        Change::Edits(edits) => check_edits(&edits).is_some(),
        Change::Bytes(_) => false,
    });
    assert!((40..360).contains(&models), "{models} of 400");
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn any_file_is_a_model_that_scores_or_a_sentence(change in any_change()) {
        match change {
            Change::Edits(edits) => drop(check_edits(&edits)),
            Change::Bytes(bytes) => check_bytes(&bytes),
        }
    }
}
