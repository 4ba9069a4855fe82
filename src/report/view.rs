//! Views: how much of a report a caller asked for, and which evidence that is.

use hashbrown::HashMap;

use super::{Evidence, OffsetEncoding};

/// How much of the report to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum View {
    /// Score, sub-scores, features and the strongest evidence.
    #[default]
    Basic,
    /// Everything.
    Full,
}

/// How a caller wants its report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Options {
    pub view: View,
    pub offset_encoding: OffsetEncoding,
    /// At most so many pieces of evidence; the view's own limit if absent.
    pub max_evidence: Option<usize>,
}

/// Evidence in a basic report, unless the caller asks for a number.
pub const BASIC_EVIDENCE: usize = 12;

/// Evidence of one feature in a basic report, so that one noisy feature does not hide the others.
pub const BASIC_EVIDENCE_PER_FEATURE: usize = 4;

/// The evidence of one report.
#[derive(Debug)]
pub struct Chosen<'a> {
    /// Ordered by place.
    pub evidence: Vec<&'a Evidence>,
    /// How many pieces were left out.
    pub omitted: usize,
}

/// The evidence that `view` shows: all of it, or the most severe pieces, ordered by place.
#[must_use]
pub fn choose(evidence: &[Evidence], view: View, max_evidence: Option<usize>) -> Chosen<'_> {
    let (limit, per_feature) = match (view, max_evidence) {
        (_, Some(limit)) => (limit, usize::MAX),
        (View::Full, None) => (usize::MAX, usize::MAX),
        (View::Basic, None) => (BASIC_EVIDENCE, BASIC_EVIDENCE_PER_FEATURE),
    };
    let mut chosen = by_severity(evidence);
    let mut seen: HashMap<&str, usize> = HashMap::new();
    chosen.retain(|piece| {
        let count = seen.entry(piece.feature_id).or_default();
        *count += 1;
        *count <= per_feature
    });
    chosen.truncate(limit);
    chosen.sort_by_key(|piece| piece.place);
    let omitted = evidence.len() - chosen.len();
    Chosen { evidence: chosen, omitted }
}

/// The most severe first; what is equally severe stays in the order of the article.
#[must_use]
pub fn by_severity<'a>(evidence: impl IntoIterator<Item = &'a Evidence>) -> Vec<&'a Evidence> {
    let mut ordered: Vec<&Evidence> = evidence.into_iter().collect();
    ordered.sort_by(|one, two| {
        let severity = two.severity.total_cmp(&one.severity);
        severity.then(one.place.cmp(&two.place))
    });
    ordered
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::report::{Field, Place, Voice};
    use crate::text::ByteSpan;

    fn piece(feature_id: &'static str, start: u32, severity: f64) -> Evidence {
        Evidence {
            feature_id,
            place: Place { field: Field::Text, span: ByteSpan::new(start, start + 3) },
            voice: Voice::Own,
            severity,
            message: "A mark.".into(),
            related: None,
        }
    }

    fn starts(chosen: &Chosen<'_>) -> Vec<u32> {
        chosen.evidence.iter().map(|piece| piece.place.span.start()).collect()
    }

    #[test]
    fn basic_keeps_the_most_severe_in_the_order_of_the_article() {
        let ids = ["a", "b", "c", "d", "e"];
        let evidence: Vec<Evidence> =
            (0..20_u32).map(|n| piece(ids[n as usize % 5], n * 10, f64::from(n) / 20.0)).collect();
        let chosen = choose(&evidence, View::Basic, None);
        assert_eq!(starts(&chosen), (8..20).map(|n| n * 10).collect::<Vec<_>>());
        assert_eq!(chosen.omitted, 8);
    }

    #[test]
    fn basic_keeps_variety_unless_a_number_is_asked_for() {
        let mut evidence: Vec<Evidence> = (0..20).map(|n| piece("noisy", n * 10, 0.9)).collect();
        evidence.push(piece("quiet", 500, 0.1));
        let chosen = choose(&evidence, View::Basic, None);
        assert_eq!(starts(&chosen), [0, 10, 20, 30, 500]);
        assert_eq!(chosen.omitted, 16);
        let chosen = choose(&evidence, View::Basic, Some(6));
        assert_eq!(starts(&chosen), [0, 10, 20, 30, 40, 50]);
    }

    #[test]
    fn full_keeps_everything_unless_a_number_is_asked_for() {
        let evidence: Vec<Evidence> = (0..30).map(|n| piece("noisy", n, 0.5)).collect();
        assert_eq!(choose(&evidence, View::Full, None).evidence.len(), 30);
        let chosen = choose(&evidence, View::Full, Some(2));
        assert_eq!((starts(&chosen), chosen.omitted), (vec![0, 1], 28));
    }

    #[test]
    fn a_title_comes_before_the_text_and_nothing_gives_nothing() {
        let mut title = piece("a", 40, 0.1);
        title.place.field = Field::Title;
        let evidence = [title, piece("a", 0, 0.9)];
        assert_eq!(starts(&choose(&evidence, View::Basic, None)), [40, 0]);
        assert_eq!(choose(&[], View::Full, Some(3)).omitted, 0);
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_doubled(
            marks in prop::collection::vec((0_u32..50, 0.0..1.0_f64), 0..40),
            limit in prop::option::of(0_usize..50),
            full in any::<bool>(),
        ) {
            let evidence: Vec<Evidence> = marks.iter().map(|&(at, severity)| piece("a", at, severity)).collect();
            let view = if full { View::Full } else { View::Basic };
            let chosen = choose(&evidence, view, limit);
            prop_assert_eq!(chosen.evidence.len() + chosen.omitted, evidence.len());
            prop_assert!(chosen.evidence.is_sorted_by_key(|piece| piece.place));
            let least = chosen.evidence.iter().map(|piece| piece.severity).fold(f64::INFINITY, f64::min);
            let left_out = evidence.iter().filter(|piece| piece.severity > least).count();
            prop_assert!(left_out <= chosen.evidence.len());
        }
    }
}
