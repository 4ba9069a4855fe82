//! The feature dictionary: one slice, [`FEATURES`], from which the catalogue, the model's schema and
//! every report derive. To add a feature, write its formula's function and one entry here.

use crate::detect::Analysis;

/// What a feature is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Tier {
    /// A model input.
    Model,
    /// Shown, never scored.
    Report,
    /// Decides how the text is treated, never its score.
    Gate,
}

/// Which way better practice lies, where a journalism standard says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    Higher,
    Lower,
    /// Better up to a point, worse beyond it.
    Hump,
    /// No standard says.
    Neutral,
}

/// Whether a value could be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Status {
    Ok,
    /// Measured over too little text to lean on.
    LowExposure,
    /// There is nothing to measure it on; the value is absent, not 0.
    NotApplicable,
    /// The text as sent does not show it; that does not mean it was never there.
    NotSeen,
}

/// A feature's value for one article. Invariant: `value` is finite, and present exactly when the
/// status is [`Status::Ok`] or [`Status::LowExposure`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measurement {
    value: Option<f64>,
    status: Status,
    exposure: u32,
}

impl Measurement {
    /// `value` over `exposure` items, of low exposure below `enough` items.
    #[must_use]
    pub fn over(value: f64, exposure: u32, enough: u32) -> Self {
        if exposure == 0 || !value.is_finite() {
            return Self::not_applicable(exposure);
        }
        let status = if exposure < enough {
            Status::LowExposure
        } else {
            Status::Ok
        };
        Measurement {
            value: Some(value),
            status,
            exposure,
        }
    }

    /// Nothing to measure on.
    #[must_use]
    pub fn not_applicable(exposure: u32) -> Self {
        Measurement {
            value: None,
            status: Status::NotApplicable,
            exposure,
        }
    }

    /// Not visible in the text as sent.
    #[must_use]
    pub fn not_seen() -> Self {
        Measurement {
            value: None,
            status: Status::NotSeen,
            exposure: 0,
        }
    }

    #[must_use]
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    #[must_use]
    pub fn status(&self) -> Status {
        self.status
    }

    #[must_use]
    pub fn exposure(&self) -> u32 {
        self.exposure
    }
}

/// One entry of the dictionary.
#[derive(Debug)]
pub struct Feature {
    /// Stable snake_case name.
    pub id: &'static str,
    /// The sub-score it belongs to; empty if none.
    pub sub_score: &'static str,
    pub tier: Tier,
    pub unit: &'static str,
    /// Least and greatest value; infinity where there is no bound.
    pub range: (f64, f64),
    pub direction: Direction,
    /// Markdown under fixed headings; the first line is the summary.
    pub docs: &'static str,
    pub measure: fn(&Analysis) -> Measurement,
}

impl Feature {
    /// The first line of the documentation.
    #[must_use]
    pub fn summary(&self) -> &'static str {
        self.docs.lines().next().unwrap_or_default()
    }
}

/// The measurements of one article, one for each entry of [`FEATURES`], in that order.
#[derive(Debug, Clone, PartialEq)]
pub struct FeatureVector(Vec<Measurement>);

impl FeatureVector {
    /// Measures every feature.
    #[must_use]
    pub fn measure(analysis: &Analysis) -> Self {
        FeatureVector(
            FEATURES
                .iter()
                .map(|feature| (feature.measure)(analysis))
                .collect(),
        )
    }

    /// A vector from measurements made elsewhere; absent unless there is one for each entry of
    /// [`FEATURES`].
    #[must_use]
    pub fn from_measurements(measurements: Vec<Measurement>) -> Option<Self> {
        (measurements.len() == FEATURES.len()).then_some(FeatureVector(measurements))
    }

    /// All measurements, in the order of [`FEATURES`].
    #[must_use]
    pub fn as_slice(&self) -> &[Measurement] {
        &self.0
    }

    /// The measurement of one feature.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<Measurement> {
        let index = FEATURES.iter().position(|feature| feature.id == id)?;
        self.0.get(index).copied()
    }
}

/// Changes whenever a definition changes a value.
pub const FEATURE_SET_VERSION: &str = "1";

/// The dictionary.
pub static FEATURES: &[Feature] = &[
    Feature {
        id: "epistemic_hedge_rate",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 8.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "evidential_distance_rate",
        sub_score: "neutrality",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 3.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "booster_rate",
        sub_score: "neutrality",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 5.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "deontic_own_voice_rate",
        sub_score: "neutrality",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 4.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "attributed_sentence_ratio",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "named_attribution_ratio",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "attribution_anchor_ratio",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "judgemental_report_verb_share",
        sub_score: "neutrality",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "bare_anonymous_count",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 100.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "weasel_attribution_rate",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 100.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "vague_collective_rate",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 100.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "quoted_word_ratio",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Hump,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "speaker_linked_quote_ratio",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "quote_integrity_error_rate",
        sub_score: "fluency",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "checkworthy_sentence_ratio",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "unsupported_claim_ratio",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "weakly_supported_claim_ratio",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "quantitative_support_ratio",
        sub_score: "support",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "absolute_date_rate",
        sub_score: "specificity",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 100.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "windowed_sentence_novelty",
        sub_score: "information_density",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "filler_sentence_ratio",
        sub_score: "information_density",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "significance_template_rate",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 1000.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "repeated_ngram_ratio",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "paraphrase_repeat_ratio",
        sub_score: "",
        tier: Tier::Report,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "loaded_language_rate",
        sub_score: "neutrality",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 100.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "opinion_sentence_ratio",
        sub_score: "neutrality",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "headline_shouting",
        sub_score: "headline_fit",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 10.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "headline_body_overlap",
        sub_score: "headline_fit",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Higher,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "garble_rate",
        sub_score: "fluency",
        tier: Tier::Model,
        unit: "",
        range: (0.0, 1000.0),
        direction: Direction::Lower,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "boilerplate_char_ratio",
        sub_score: "",
        tier: Tier::Gate,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "duplicate_block_ratio",
        sub_score: "",
        tier: Tier::Gate,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "headline_missing",
        sub_score: "",
        tier: Tier::Gate,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "truncation_suspected",
        sub_score: "",
        tier: Tier::Gate,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
    Feature {
        id: "genre_label_seen",
        sub_score: "",
        tier: Tier::Gate,
        unit: "",
        range: (0.0, 1.0),
        direction: Direction::Neutral,
        docs: "",
        measure: |_| Measurement::not_seen(),
    },
];
