//! The margin: where detectors leave their marks.

use std::borrow::Cow;

use crate::report::{Evidence, Field, Place, Voice};
use crate::text::ByteSpan;

/// Collects evidence in the order in which it is found, and hands it out in the order of the text.
#[derive(Debug, Default)]
pub struct Margin {
    marks: Vec<Evidence>,
}

impl Margin {
    /// Marks a span of the text.
    pub fn mark(
        &mut self,
        feature_id: &'static str,
        span: ByteSpan,
        voice: Voice,
        severity: f64,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.mark_at(feature_id, Place { field: Field::Text, span }, voice, severity, message);
    }

    /// Marks a span of the text or the title.
    pub fn mark_at(
        &mut self,
        feature_id: &'static str,
        place: Place,
        voice: Voice,
        severity: f64,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.mark_pair(feature_id, place, None, voice, severity, message);
    }

    /// Marks a span that is about another one, too.
    pub fn mark_pair(
        &mut self,
        feature_id: &'static str,
        place: Place,
        related: Option<Place>,
        voice: Voice,
        severity: f64,
        message: impl Into<Cow<'static, str>>,
    ) {
        if place.span.is_empty() {
            return;
        }
        // Three places say all there is to say, without the dust of binary fractions.
        let severity = (severity.clamp(0.0, 1.0) * 1000.0).round() / 1000.0;
        self.marks.push(Evidence { feature_id, place, voice, severity, message: message.into(), related });
    }

    /// With room for the marks of a text of so many tokens.
    pub(super) fn for_tokens(count: usize) -> Self {
        Margin { marks: Vec::with_capacity(count / 8) }
    }

    pub(super) fn finish(mut self) -> Vec<Evidence> {
        self.marks.sort_by(|a, b| (a.place, a.feature_id).cmp(&(b.place, b.feature_id)));
        self.marks
    }
}
