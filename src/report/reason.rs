//! What a feature's place among the reference articles means, in one sentence for a reader.

use crate::features::{Direction, Feature, Noun, in_catalogue};

use super::FeatureScore;

/// Ranks between which a value is like any other, and those at the very middle.
const ORDINARY: (f64, f64) = (0.4, 0.6);
const MIDDLE: (f64, f64) = (0.48, 0.52);

/// The reason sentence of a feature: "More loaded words than 93% of ordinary news; fewer is better." Absent without a
/// percentile.
#[must_use]
pub fn sentence(score: &FeatureScore) -> Option<String> {
    let feature = in_catalogue(score.feature)?;
    let place = place(feature, score.value?, score.percentile?)?;
    Some(match better(feature) {
        "" => format!("{place}."),
        better => format!("{place}; {better}."),
    })
}

fn place(feature: &Feature, value: f64, percentile: f64) -> Option<String> {
    let (least, greatest) = feature.range;
    // A rank counts half of the equals, so that at an end of the range the equals are known.
    let (at_least, at_greatest) = (value <= least, value >= greatest);
    let like_least = share(2.0 * percentile);
    let like_greatest = share(2.0 * (1.0 - percentile));
    let (above, below) = (share(percentile), share(1.0 - percentile));
    let ordinary = (ORDINARY.0..=ORDINARY.1).contains(&percentile);
    let middle = (MIDDLE.0..=MIDDLE.1).contains(&percentile);
    // The lowest share there is, is none.
    let none = at_least && least == 0.0;
    Some(match feature.noun {
        Noun::Unranked => return None,
        Noun::Presence(noun) if value > 0.0 => format!("A {noun}, as in {like_greatest}"),
        Noun::Presence(noun) => format!("No {noun}, as in {like_least}"),
        Noun::Plural(noun) if at_least => format!("No {noun}, as in {like_least}"),
        Noun::Plural(noun) if middle => format!("About as many {noun} as in the middle of ordinary news"),
        Noun::Plural(noun) if ordinary && percentile > 0.5 => {
            format!("Slightly more {noun} than the middle of ordinary news")
        }
        Noun::Plural(noun) if ordinary => format!("Slightly fewer {noun} than the middle of ordinary news"),
        Noun::Plural(noun) if percentile > 0.5 => format!("More {noun} than {above}"),
        Noun::Plural(noun) => format!("Fewer {noun} than {below}"),
        Noun::Singular(noun) if none && noun.starts_with("share of ") => {
            format!("No {}, as in {like_least}", noun.strip_prefix("share of ").unwrap_or(noun))
        }
        Noun::Singular(noun) if at_least => format!("The lowest {noun}, as in {like_least}"),
        Noun::Singular(noun) if at_greatest => format!("The highest {noun}, as in {like_greatest}"),
        Noun::Singular(noun) if middle => format!("About the same {noun} as in the middle of ordinary news"),
        Noun::Singular(noun) if ordinary && percentile > 0.5 => {
            format!("A slightly higher {noun} than the middle of ordinary news")
        }
        Noun::Singular(noun) if ordinary => format!("A slightly lower {noun} than the middle of ordinary news"),
        Noun::Singular(noun) if percentile > 0.5 => format!("A higher {noun} than {above}"),
        Noun::Singular(noun) => format!("A lower {noun} than {below}"),
    })
}

/// Which way better practice lies.
fn better(feature: &Feature) -> &'static str {
    match (feature.direction, feature.noun) {
        (Direction::Higher, Noun::Plural(_)) => "more is better",
        (Direction::Higher, Noun::Presence(_)) => "better with one",
        (Direction::Higher, _) => "higher is better",
        (Direction::Lower, Noun::Plural(_)) => "fewer is better",
        (Direction::Lower, Noun::Presence(_)) => "better without one",
        (Direction::Lower, _) => "lower is better",
        (Direction::Hump, _) => "the middle is best",
        (Direction::Neutral, _) => "no standard says which is better",
    }
}

/// A share of the reference in whole percents; never all and never none, for the reference is a sample.
fn share(share: f64) -> String {
    let percent = (share * 100.0).round();
    if percent < 1.0 {
        "hardly any ordinary news".to_owned()
    } else if percent > 99.0 {
        "nearly all ordinary news".to_owned()
    } else {
        format!("{percent}% of ordinary news")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::{FEATURES, Status, Tier};

    fn told(id: &str, value: f64, percentile: f64) -> String {
        let feature = FEATURES.iter().position(|feature| feature.id == id).unwrap();
        sentence(&FeatureScore {
            feature,
            value: Some(value),
            status: Status::Ok,
            exposure: 9,
            percentile: Some(percentile),
            contribution: None,
        })
        .unwrap()
    }

    #[test]
    fn a_reader_is_told_where_a_value_stands_and_which_way_is_better() {
        let more = "More loaded words than 93% of ordinary news; fewer is better.";
        assert_eq!(told("loaded_language_rate", 4.0, 0.93), more);
        assert_eq!(
            told("loaded_language_rate", 0.1, 0.1),
            "Fewer loaded words than 90% of ordinary news; fewer is better."
        );
        assert_eq!(
            told("loaded_language_rate", 1.0, 0.5),
            "About as many loaded words as in the middle of ordinary news; fewer is better."
        );
        assert_eq!(
            told("named_attribution_ratio", 0.2, 0.3),
            "A lower share of sentences with a named source than 70% of ordinary news; higher is better."
        );
        assert_eq!(
            told("quoted_word_ratio", 0.6, 0.997),
            "A higher share of quoted words than nearly all ordinary news; the middle is best."
        );
    }

    #[test]
    fn near_the_middle_the_side_is_told_and_none_is_called_none() {
        assert_eq!(
            told("loaded_language_rate", 1.0, 0.55),
            "Slightly more loaded words than the middle of ordinary news; fewer is better."
        );
        assert_eq!(
            told("named_attribution_ratio", 0.3, 0.42),
            "A slightly lower share of sentences with a named source than the middle of ordinary news; higher is better."
        );
        assert_eq!(
            told("judgemental_report_verb_share", 0.0, 0.33),
            "No reporting verbs that judge, as in 66% of ordinary news; lower is better."
        );
    }

    #[test]
    fn at_an_end_of_the_range_the_equals_are_counted() {
        assert_eq!(told("incivility_rate", 0.0, 0.46), "No insults, as in 92% of ordinary news; fewer is better.");
        assert_eq!(
            told("speaker_linked_quote_ratio", 1.0, 0.8),
            "The highest share of quotations with a known speaker, as in 40% of ordinary news; higher is better."
        );
        assert_eq!(
            told("byline_present", 1.0, 0.9),
            "A line that names the writer, as in 20% of ordinary news; better with one."
        );
        assert_eq!(
            told("byline_present", 0.0, 0.4),
            "No line that names the writer, as in 80% of ordinary news; better with one."
        );
    }

    /// Every feature that is ranked has a sentence for every place, and no two features have the same.
    #[test]
    fn every_ranked_feature_has_a_sentence() {
        let mut seen = std::collections::BTreeSet::new();
        for feature in FEATURES {
            if feature.tier == Tier::Gate {
                assert_eq!(feature.noun, Noun::Unranked, "{}", feature.id);
                continue;
            }
            let (least, greatest) = feature.range;
            for value in [least, 0.3, greatest.min(9.0)] {
                for percentile in [0.0, 0.25, 0.5, 0.75, 1.0] {
                    let sentence = told(feature.id, value, percentile);
                    assert!(sentence.ends_with('.') && sentence.len() < 180, "{sentence}");
                    assert!(!sentence.contains('_') && !sentence.contains("  "), "{sentence}");
                }
            }
            assert!(seen.insert(told(feature.id, 0.3, 0.8)), "{} says what another says", feature.id);
        }
    }
}
