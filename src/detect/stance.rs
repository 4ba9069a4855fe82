//! Stance: certainty, demands and significance in the article's own voice.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{Cue, Document, KeySet, Sentence, Token, TokenKind, form, word_key};

use super::attribution::Attributions;
use super::margin::Margin;
use super::scope;

/// Stance cues of the body. Counts are of the article's own voice.
#[derive(Debug, Default)]
pub struct Stance {
    pub boosters: u32,
    /// must, should, "it is essential", outside what is attributed to somebody.
    pub deontic: u32,
    pub factive_frames: u32,
    /// "serves as a reminder", "pivotal moment".
    pub significance: u32,
    /// Sentences that name an unnamed collective's feelings.
    pub vague_sentences: u32,
    /// One for each sentence.
    pub sentences: Vec<SentenceStance>,
}

/// The stance of one sentence, in the article's own voice and outside what it attributes to others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SentenceStance {
    pub deontic: bool,
    pub significance: bool,
    pub interpretive: bool,
    pub evaluative: bool,
    pub vague: bool,
}

/// Finds stance cues.
#[must_use]
pub fn detect(document: &Document<'_>, attribution: &Attributions, margin: &mut Margin) -> Stance {
    let mut stance =
        Stance { sentences: vec![SentenceStance::default(); document.sentences.len()], ..Stance::default() };
    for (index, sentence) in document.body() {
        let Some(mut own) = stance.sentences.get(index).copied() else {
            continue;
        };
        let mut demanded_until = 0;
        // "Should the dam be closed?" asks what the answer would demand.
        let asks = document.tokens_of(sentence).last().is_some_and(|token| token.kind == TokenKind::Question);
        for cue in document.cues_of(sentence) {
            let voice = if document.is_quoted(cue.first as usize) { Voice::Quoted } else { Voice::Own };
            let ours = voice == Voice::Own;
            let span = document.cue_span(cue);
            let attributed = attribution.covers_token(cue.first);
            let counts = ours && !attributed;
            let rated = |severity: f64| if ours { severity } else { 0.0 };
            match cue.class {
                CueClass::Booster if !is_negated(document, sentence, cue) => {
                    stance.boosters += u32::from(counts);
                    if !ours || counts {
                        margin.mark("booster_rate", span, voice, rated(0.2), "States certainty instead of showing it.");
                    }
                }
                CueClass::Deontic if !asks && !is_procedural(document, sentence, cue) => {
                    stance.deontic += u32::from(counts);
                    own.deontic |= counts;
                    let span = scope::clause(document, sentence, cue);
                    // "must act now" demands once.
                    if (!ours || counts) && span.start() >= demanded_until {
                        demanded_until = span.end();
                        margin.mark("deontic_own_voice_rate", span, voice, rated(0.5), "Says what ought to be done.");
                    }
                }
                CueClass::FactiveFrame => {
                    stance.factive_frames += u32::from(counts);
                    if !ours || counts {
                        margin.mark(
                            "factive_frame_rate",
                            scope::clause(document, sentence, cue),
                            voice,
                            rated(0.3),
                            "Presupposes that what follows is true.",
                        );
                    }
                }
                CueClass::Significance => {
                    let counts = ours && !attribution.answers_for(index, cue);
                    stance.significance += u32::from(counts);
                    own.significance |= counts;
                    if !ours || counts {
                        margin.mark(
                            "significance_template_rate",
                            span,
                            voice,
                            rated(0.4),
                            "Declares significance without saying who sees it.",
                        );
                    }
                }
                CueClass::InterpretiveVerb => own.interpretive |= ours && !attributed,
                CueClass::EvaluativeAdverb => own.evaluative |= ours && !attributed,
                CueClass::VagueConcern
                    if ours
                        && !has_person_subject(document, sentence.tokens().start, cue.first as usize)
                        && !acts(document, sentence, cue) =>
                {
                    own.vague = true;
                    margin.mark("vague_collective_rate", span, voice, 0.4, "Nobody in particular feels or does this.");
                }
                _ => {}
            }
        }
        stance.vague_sentences += u32::from(own.vague);
        if let Some(slot) = stance.sentences.get_mut(index) {
            *slot = own;
        }
    }
    stance
}

/// "Not universally shared", "isn't really closed": a word of certainty which is taken back is a word of caution.
fn is_negated(document: &Document<'_>, sentence: &Sentence, cue: &Cue) -> bool {
    let before = (cue.first as usize).checked_sub(1).filter(|before| *before >= sentence.tokens().start);
    before.and_then(|before| document.tokens.get(before)).is_some_and(|token| token.has(word::NEGATION))
}

/// What a rule or a procedure asks, not the writer: "must register by", "must be filed", "under the law,
/// firms must". And "must have left", which infers instead of demanding.
fn is_procedural(document: &Document<'_>, sentence: &Sentence, cue: &Cue) -> bool {
    let range = sentence.tokens();
    let (first, end) = (cue.first as usize, cue.end as usize);
    let after = document.tokens.get(end..range.end.min(end + 2)).unwrap_or_default();
    if after.iter().any(|next| PROCEDURES.contains(&next.key)) || after.first().is_some_and(|next| next.key == HAVE) {
        return true;
    }
    // "if anyone needs to leave": a case that is thought of.
    let supposed = document.tokens.get(first.saturating_sub(SUBJECT_REACH).max(range.start)..first).unwrap_or_default();
    if supposed.iter().any(|word| SUPPOSING.contains(&word.key)) {
        return true;
    }
    // The rule stands before, but is not itself what must change.
    let before = document.tokens.get(first.saturating_sub(RULE_REACH).max(range.start)..first).unwrap_or_default();
    before.split_last().is_some_and(|(_, earlier)| earlier.iter().any(|word| RULES.contains(&word.key)))
}

/// Words that a subject may have between "if" and its verb.
const SUBJECT_REACH: usize = 4;
static SUPPOSING: KeySet<4> = KeySet::new(["if", "unless", "whether", "whoever"]);

/// How many words back a rule is looked for.
const RULE_REACH: usize = 16;
const HAVE: u64 = word_key("have");
static RULES: KeySet<16> = KeySet::new([
    "law",
    "laws",
    "rule",
    "rules",
    "regulation",
    "regulations",
    "statute",
    "ordinance",
    "policy",
    "guidelines",
    "constitution",
    "requirement",
    "requirements",
    "deadline",
    "requires",
    "contract",
]);
static PROCEDURES: KeySet<36> = KeySet::new([
    "register",
    "apply",
    "submit",
    "file",
    "pay",
    "call",
    "contact",
    "visit",
    "wear",
    "bring",
    "email",
    "rsvp",
    "registered",
    "submitted",
    "filed",
    "paid",
    "received",
    "returned",
    "completed",
    "postmarked",
    "worn",
    "mailed",
    "enroll",
    "attend",
    "reserve",
    "purchased",
    "accompanied",
    "booked",
    "complete",
    "signed",
    "arrive",
    "ratified",
    "approved",
    "passed",
    "ratify",
    "approve",
]);

/// "He also raised concerns": somebody in particular does.
fn has_person_subject(document: &Document<'_>, start: usize, cue: usize) -> bool {
    let before = document.tokens.get(cue.saturating_sub(3).max(start)..cue).unwrap_or_default();
    before.iter().any(|token: &Token| token.has(word::PRONOUN_PERSON | word::GIVEN_NAME | word::HONORIFIC))
}

/// "European allies signed the treaty": what bodies did together is on record, what they feel is anybody's guess.
fn acts(document: &Document<'_>, sentence: &Sentence, cue: &Cue) -> bool {
    let last = (cue.end as usize).checked_sub(1).and_then(|last| document.tokens.get(last));
    if !last.is_some_and(|last| COLLECTIVES.contains(&last.key)) {
        return false;
    }
    let after = |at: usize| document.tokens.get(at).filter(|_| at < sentence.tokens().end);
    let next = cue.end as usize;
    let past = |token: &Token| token.is(form::ED) || token.has(word::IRREGULAR_PAST) && !token.has(word::AUXILIARY);
    let told = document.cues_of(sentence).iter().any(|other| other.first as usize == next && tells(other.class));
    after(next).is_some_and(past) && !told
}

/// Verbs of saying, of thinking and of feeling.
fn tells(class: CueClass) -> bool {
    use CueClass as C;
    matches!(
        class,
        C::ReportVerb
            | C::ReportVerbStance
            | C::ReportVerbJudging
            | C::ReportVerbPresentational
            | C::ReportVerbQuoting
            | C::AttitudeVerb
            | C::PerceptionVerb
            | C::Doxastic
            | C::PrivateState
            | C::MentionVerb
            | C::Weasel
            | C::VagueConcern
    )
}

static COLLECTIVES: KeySet<24> = KeySet::new([
    "allies",
    "powers",
    "leaders",
    "officials",
    "governments",
    "capitals",
    "countries",
    "nations",
    "observers",
    "partners",
    "watchers",
    "experts",
    "analysts",
    "insiders",
    "groups",
    "stakeholders",
    "parties",
    "circles",
    "sources",
    "users",
    "netizens",
    "community",
    "world",
    "large",
]);

#[cfg(test)]
mod tests {
    use super::Stance;
    use crate::article::Article;
    use crate::detect::Analysis;

    fn stance(text: &str) -> Stance {
        Analysis::of(&Article::from_text(text)).stance
    }

    #[test]
    fn a_demand_in_the_own_voice_counts() {
        assert_eq!(stance("The council must act before the dam breaks.").deontic, 1);
        assert_eq!(stance("This law must be changed.").deontic, 1);
    }

    #[test]
    fn a_question_demands_nothing_and_what_is_negated_is_not_certain() {
        assert_eq!(stance("Should the council act before the dam breaks?").deontic, 0);
        assert_eq!(stance("The plan is universally liked.").boosters, 1);
        assert_eq!(stance("The plan is not universally liked.").boosters, 0);
    }

    #[test]
    fn somebody_elses_demand_does_not_count() {
        assert_eq!(stance("The council must act, said Anna Hale.").deontic, 0);
        assert_eq!(stance("\u{201c}The council must act,\u{201d} said Anna Hale.").deontic, 0);
    }

    #[test]
    fn what_somebody_calls_significant_is_not_the_articles() {
        assert_eq!(stance("The vote underscores the importance of parks.").significance, 1);
        assert_eq!(stance("Jane Doe underscored the importance of parks.").significance, 0);
        assert_eq!(stance("The move marks a turning point, Jane Doe said.").significance, 0);
    }

    #[test]
    fn what_bodies_feel_is_vague_and_what_they_did_is_not() {
        assert_eq!(stance("European allies are uneasy about the treaty.").vague_sentences, 1);
        assert_eq!(stance("World leaders feared a new war.").vague_sentences, 1);
        assert_eq!(stance("European allies signed the treaty in 1949.").vague_sentences, 0);
        assert_eq!(stance("World leaders met in Hale on Monday.").vague_sentences, 0);
    }

    #[test]
    fn a_case_that_is_thought_of_is_no_demand() {
        assert_eq!(stance("The tool is at hand if anyone needs to shut the dam.").deontic, 0);
        assert_eq!(stance("Somebody needs to shut the dam.").deontic, 1);
    }

    #[test]
    fn rules_and_inferences_are_no_demands() {
        for text in [
            "Voters must register by Friday.",
            "Claims must be filed by noon.",
            "Under the law, firms must publish their accounts.",
            "The thief must have left by the window.",
        ] {
            assert_eq!(stance(text).deontic, 0, "{text}");
        }
    }

    #[test]
    fn certainty_and_frames_in_an_attribution_are_the_speakers() {
        assert_eq!(stance("The plan is clearly wrong.").boosters, 1);
        assert_eq!(stance("Anna Hale said that the plan is clearly wrong.").boosters, 0);
        assert_eq!(stance("The truth is that the plan failed.").factive_frames, 1);
        assert_eq!(stance("Anna Hale said that the truth is that the plan failed.").factive_frames, 0);
    }
}
