//! Hedging: caution in the article's own voice, told from what its sources hedge.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{Cue, Document, KeySet, TokenKind};

use super::facts::{self, Facts};
use super::margin::Margin;
use super::scope;

/// Hedges found in body sentences.
#[derive(Debug, Default)]
pub struct Hedging {
    /// Epistemic cues (may, perhaps, appears to) in the article's own voice.
    pub epistemic: u32,
    /// Distancing cues (reportedly, allegedly) in the article's own voice; half each in a sentence of
    /// courts and police, where the law asks for them.
    pub distance: f64,
    /// "no evidence that", "could not be verified", "declined to comment".
    pub negated_evidence: u32,
    /// Numbers that are rounded (about 20, more than $3 million) in the article's own voice.
    pub approximators: u32,
    /// One for each sentence of the document.
    pub sentences: Vec<SentenceHedges>,
}

/// The hedges of one sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentenceHedges {
    /// An epistemic or distancing cue in the article's own voice.
    pub hedged: bool,
    pub negated_evidence: bool,
}

/// Finds hedges.
#[must_use]
pub fn detect(document: &Document<'_>, facts: &Facts, margin: &mut Margin) -> Hedging {
    let mut hedging =
        Hedging { sentences: vec![SentenceHedges::default(); document.sentences.len()], ..Hedging::default() };
    for (index, sentence) in document.body() {
        let judicial = facts.sentences.get(index).is_some_and(|facts| facts.judicial);
        let cues = document.cues_of(sentence);
        let Some(own) = hedging.sentences.get_mut(index) else {
            continue;
        };
        // "may possibly fail" is one statement under caution, marked once.
        let mut cautious_until = 0;
        for cue in cues {
            let marked = matches!(
                cue.class,
                CueClass::HedgeEpistemic
                    | CueClass::HedgeDistance
                    | CueClass::Hearsay
                    | CueClass::NegatedEvidence
                    | CueClass::Approximator
            );
            if !marked {
                continue;
            }
            let voice = if document.is_quoted(cue.first as usize) { Voice::Quoted } else { Voice::Own };
            let span = scope::clause(document, sentence, cue);
            let ours = voice == Voice::Own;
            match cue.class {
                CueClass::HedgeEpistemic => {
                    // "could not be confirmed" is one statement about evidence, not also a hedge.
                    if cues.iter().any(|other| {
                        other.class == CueClass::NegatedEvidence && other.first <= cue.first && cue.end <= other.end
                    }) {
                        continue;
                    }
                    hedging.epistemic += u32::from(ours);
                    own.hedged |= ours;
                    if span.start() < cautious_until {
                        continue;
                    }
                    cautious_until = span.end();
                    margin.mark(
                        "epistemic_hedge_rate",
                        span,
                        voice,
                        if ours { 0.1 } else { 0.0 },
                        "Marks the statement as possible, not certain.",
                    );
                }
                CueClass::HedgeDistance | CueClass::Hearsay => {
                    if ours {
                        hedging.distance += if judicial { 0.5 } else { 1.0 };
                    }
                    own.hedged |= ours;
                    let severity = if !ours {
                        0.0
                    } else if judicial {
                        0.1
                    } else {
                        0.3
                    };
                    margin.mark(
                        "evidential_distance_rate",
                        span,
                        voice,
                        severity,
                        "Keeps the statement at a distance without saying who makes it.",
                    );
                }
                CueClass::NegatedEvidence => {
                    hedging.negated_evidence += u32::from(ours);
                    own.negated_evidence = true;
                    margin.mark(
                        "negated_evidence_count",
                        span,
                        voice,
                        0.0,
                        "Says openly what is not known or not confirmed.",
                    );
                }
                // "below 2005 levels": a year that is compared with is not rounded.
                CueClass::Approximator if compares_year(document, cue) => {}
                CueClass::Approximator => {
                    hedging.approximators += u32::from(ours);
                    let number = document.tokens.get(cue.end as usize..sentence.tokens().end).unwrap_or_default();
                    let length = number
                        .iter()
                        .take(2)
                        .position(|token| token.kind == TokenKind::Number || token.has(word::NUMBER_WORD));
                    let end = length.map_or(cue.end as usize, |length| cue.end as usize + length + 1);
                    margin.mark(
                        "approximator_rate",
                        document.span_of(cue.first as usize, end),
                        voice,
                        0.0,
                        "Rounds the number.",
                    );
                }
                _ => {}
            }
        }
    }
    hedging
}

/// "below 2005", "above 1990": the year is a level, and exact.
fn compares_year(document: &Document<'_>, cue: &Cue) -> bool {
    let tokens = &document.tokens;
    let last = (cue.end as usize).checked_sub(1).and_then(|last| tokens.get(last));
    let year = tokens.get(cue.end as usize).is_some_and(|token| token.kind == TokenKind::Number);
    last.is_some_and(|last| COMPARED.contains(&last.key))
        && year
        && facts::date(document, tokens, cue.end as usize).is_some()
}

static COMPARED: KeySet<4> = KeySet::new(["below", "above", "under", "over"]);

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::detect::Analysis;
    use crate::report::Voice;

    /// The words marked for a feature in the article's own voice or a quoted one.
    fn marked<'t>(text: &'t str, feature: &str, voice: Voice) -> Vec<&'t str> {
        let article = Article::from_text(text);
        let evidence = Analysis::of(&article).evidence;
        let fits = evidence.iter().filter(|mark| mark.feature_id == feature && mark.voice == voice);
        fits.map(|mark| mark.place.words(&article).unwrap()).collect()
    }

    #[test]
    fn a_hedge_is_marked_with_the_clause_it_governs() {
        let own = |text| marked(text, "epistemic_hedge_rate", Voice::Own);
        assert_eq!(own("The dam may hold until June, the mayor said."), ["may hold until June"]);
        assert_eq!(own("The dam may possibly hold."), ["may possibly hold"]);
        assert_eq!(
            own("Perhaps the dam will hold, but the road is unlikely to."),
            ["Perhaps the dam will hold", "is unlikely to"]
        );
    }

    #[test]
    fn a_quoted_hedge_is_the_speakers() {
        let text = "\u{201c}The dam may hold,\u{201d} said Anna Hale.";
        assert_eq!(marked(text, "epistemic_hedge_rate", Voice::Quoted), ["may hold"]);
        assert!(marked(text, "epistemic_hedge_rate", Voice::Own).is_empty());
    }

    #[test]
    fn ability_months_and_names_are_no_hedges() {
        for text in [
            "She was born on May 9 in Leeds.",
            "In May the dam was closed.",
            "The crew could not find the road.",
            "They built a ramp so the boats could land.",
            "The engineers who could swim went first.",
            "Theresa May left the hall.",
        ] {
            assert!(marked(text, "epistemic_hedge_rate", Voice::Own).is_empty(), "{text}");
        }
    }

    #[test]
    fn belief_conditions_and_questions_are_no_hedges_of_the_writer() {
        for text in [
            "Farmers believe the well is dry.",
            "If the rain stops, the match will go on.",
            "They asked whether the road was open.",
            "Critics accused the firm of theft.",
        ] {
            let article = Article::from_text(text);
            assert!(Analysis::of(&article).hedging.sentences.iter().all(|own| !own.hedged), "{text}");
        }
    }

    #[test]
    fn what_somebody_suggests_is_no_doubt_of_the_writer() {
        let own = |text| marked(text, "epistemic_hedge_rate", Voice::Own);
        assert!(own("The agency suggested that the plan end.").is_empty());
        assert!(own("He didn't suggest a strike.").is_empty());
        assert_eq!(own("The marks suggest that a knife was used."), ["suggest that a knife was used"]);
    }

    #[test]
    fn a_year_that_is_compared_with_is_not_rounded() {
        let own = |text| marked(text, "approximator_rate", Voice::Own);
        assert!(own("Emissions fell to 32 percent below 2005 levels.").is_empty());
        assert_eq!(own("It cost over 2,005 pounds."), ["over 2,005"]);
    }

    #[test]
    fn what_is_supposed_of_somebody_is_no_missing_evidence() {
        let own = |text| marked(text, "negated_evidence_count", Voice::Own);
        assert!(own("They lose the vote if they did not confirm their address.").is_empty());
        assert_eq!(own("The ministry did not confirm the sum.").len(), 1);
    }

    #[test]
    fn courts_and_police_may_keep_their_distance() {
        let distance = |text| Analysis::of(&Article::from_text(text)).hedging.distance;
        assert!((distance("The firm allegedly sold the bridge.") - 1.0).abs() < 1e-9);
        assert!((distance("Police said the man allegedly sold the bridge.") - 0.5).abs() < 1e-9);
        assert!(distance("The firm sold the bridge.").abs() < 1e-9);
    }

    #[test]
    fn what_could_not_be_confirmed_is_no_hedge() {
        let text = "The toll could not be independently verified.";
        assert_eq!(marked(text, "negated_evidence_count", Voice::Own), ["could not be independently verified"]);
        assert!(marked(text, "epistemic_hedge_rate", Voice::Own).is_empty());
    }

    #[test]
    fn rounding_needs_a_number() {
        let own = |text| marked(text, "approximator_rate", Voice::Own);
        assert_eq!(own("About 20 ships and more than $3 million were lost."), ["About 20", "more than $3"]);
        assert_eq!(own("Nearly forty homes burned."), ["Nearly forty"]);
        assert!(own("They talked about the deal and drove around the town.").is_empty());
        assert!(own("He wants more than words from over the hill.").is_empty());
    }
}
