//! Padding: sentences that fill space.

use crate::lexicon::{CueClass, word};
use crate::report::Voice;
use crate::text::{BlockKind, Document, KeySet, Token, TokenKind, form, word_key};

use super::attribution::Attributions;
use super::facts::Facts;
use super::margin::Margin;
use super::repetition::Repetition;
use super::stance::Stance;

/// A sentence with less new content than this may be filler.
const FILLER_NOVELTY: f64 = 0.6;
/// With less than this it is filler even if it tells an event.
const NOTHING_NEW: f64 = 0.2;
/// Shorter sentences punctuate, they do not pad.
const MIN_WORDS: u32 = 7;

/// Filler in the body.
#[derive(Debug, Default)]
pub struct Padding {
    pub filler_sentences: u32,
    /// One for each sentence.
    pub filler: Vec<bool>,
}

/// Finds filler: a grown sentence without a figure, a date, a quotation, a new name or a source, that tells no event
/// and little that is new, declares significance, or says that it sums up.
#[must_use]
pub fn detect(
    document: &Document<'_>,
    facts: &Facts,
    repetition: &Repetition,
    stance: &Stance,
    attribution: &Attributions,
    margin: &mut Margin,
) -> Padding {
    let mut padding = Padding { filler_sentences: 0, filler: vec![false; document.sentences.len()] };
    for (index, sentence) in document.sentences.iter().enumerate() {
        // What stands twice adds nothing, but it is counted in no rate.
        let twice = !sentence.boilerplate
            && sentence.words >= MIN_WORDS
            && document.blocks.get(sentence.block as usize).is_some_and(|block| block.kind == BlockKind::Duplicate);
        if twice && let Some(slot) = padding.filler.get_mut(index) {
            *slot = true;
        }
    }
    for (index, sentence) in document.body() {
        let (Some(own), Some(tone)) = (facts.sentences.get(index), stance.sentences.get(index)) else {
            continue;
        };
        let holds_news = own.figures > 0
            || own.dates > 0
            || counted(document.tokens_of(sentence))
            || own.own_words < own.words
            || own.new_names > 0;
        if holds_news || sentence.words < MIN_WORDS || own.first_person || own.question {
            continue;
        }
        // "Lawmakers have not said when": that somebody keeps silent is news.
        let silent = attribution.all_of(index).iter().any(|found| {
            let cue = document.tokens.get(found.cue.start as usize..found.cue.end as usize).unwrap_or_default();
            let said = cue.iter().any(|token| SAYS.contains(&token.key))
                && !cue.iter().any(|token| CANNOT.contains(&token.key));
            found.voice == Voice::Own && said && cue.iter().any(|token| token.has(word::NEGATION))
        });
        // "did not respond", "it is unclear if": what could not be found out.
        let unknown = document.has_cue(sentence, CueClass::NegatedEvidence)
            || tokens_have(document.tokens_of(sentence), &UNKNOWN);
        if silent || unknown || attribution.of(index).iter().any(|attribution| attribution.is_named()) {
            continue;
        }
        let tokens = document.tokens_of(sentence);
        let novelty = repetition.novelty.get(index).copied().flatten().unwrap_or(1.0);
        let declares = tone.significance || tone.vague || tone.deontic && own.names > 0;
        let restates = document.has_cue(sentence, CueClass::Restatement) || sums_up(tokens);
        // "It would be the first time": news, in whatever words it is told.
        let stale = novelty < FILLER_NOVELTY
            && !document.has_cue(sentence, CueClass::Superlative)
            && own.names < 2
            && (novelty < NOTHING_NEW || !tells_event(tokens, own.times > 0) && attribution.of(index).is_empty());
        if !(stale || declares || restates) {
            continue;
        }
        padding.filler_sentences += 1;
        if let Some(slot) = padding.filler.get_mut(index) {
            *slot = true;
        }
        let message = if restates && !stale {
            "Sums up or comments on what was said, and adds nothing to check."
        } else {
            "No figure, date, quotation, new name or named source, and little that is new."
        };
        margin.mark("filler_sentence_ratio", sentence.span, Voice::Own, 0.5, message);
    }
    padding
}

fn tokens_have(tokens: &[Token], words: &KeySet<2>) -> bool {
    tokens.iter().any(|token| words.contains(&token.key))
}

/// "a 5-5 ruling": a number that is no figure of its own.
fn counted(tokens: &[Token]) -> bool {
    tokens.iter().any(|token| token.kind == TokenKind::Number || token.is_word() && token.is(form::DIGIT))
}

/// "All of this shows ...", "That puts the town ...": a demonstrative that stands for all that was said, with a verb in the
/// present that comments on it.
fn sums_up(tokens: &[Token]) -> bool {
    let mut rest = tokens.iter().filter(|token| token.kind != TokenKind::Comma);
    let mut next = || rest.next().map_or(0, |token| token.key);
    let mut key = next();
    if OPENERS.contains(&key) {
        key = next();
    }
    if key == ALL {
        key = next();
        if key == OF {
            key = next();
        }
    }
    THIS.contains(&key) && COMMENTS.contains(&next())
}

/// A plain past form, or a past that was going on: something happened. A perfect ("has kept") tells a state, a passive
/// one unless it has a time ("was extended last year"), and a participle stands with its noun ("the most developed parts").
fn tells_event(tokens: &[Token], dated: bool) -> bool {
    let mut before: Option<&Token> = None;
    tokens.iter().any(|token| {
        if !token.is_word() || token.is(form::LY) || token.has(word::NEGATION) && !token.has(word::AUXILIARY) {
            return false;
        }
        let after = before.replace(token);
        let done = dated && after.is_some_and(|after| WAS.contains(&after.key));
        let participle = !done
            && after.is_some_and(|after| {
                after.has(word::AUXILIARY | word::DETERMINER | word::PREPOSITION) || DEGREES.contains(&after.key)
            });
        let past =
            !participle && !token.has(word::AUXILIARY) && (token.is(form::ED) || token.has(word::IRREGULAR_PAST));
        let going_on = token.is(form::ING) && after.is_some_and(|after| WAS.contains(&after.key));
        !token.is(form::CAPITALISED) && (past || going_on)
    })
}

static UNKNOWN: KeySet<2> = KeySet::new(["unclear", "unknown"]);
static CANNOT: KeySet<3> = KeySet::new(["cannot", "can't", "can"]);
static SAYS: KeySet<6> = KeySet::new(["say", "said", "disclosed", "announced", "explained", "commented"]);
static WAS: KeySet<2> = KeySet::new(["was", "were"]);
static DEGREES: KeySet<3> = KeySet::new(["most", "more", "less"]);
const ALL: u64 = word_key("all");
const OF: u64 = word_key("of");
static THIS: KeySet<3> = KeySet::new(["this", "that", "which"]);
static OPENERS: KeySet<6> = KeySet::new(["but", "and", "so", "still", "yet", "again"]);
static COMMENTS: KeySet<24> = KeySet::new([
    "shows",
    "puts",
    "makes",
    "means",
    "proves",
    "reveals",
    "reflects",
    "reminds",
    "speaks",
    "sounds",
    "leaves",
    "gives",
    "raises",
    "underscores",
    "highlights",
    "illustrates",
    "demonstrates",
    "goes",
    "adds",
    "begs",
    "only",
    "just",
    "doesn't",
    "definitely",
]);

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::detect::Analysis;

    fn fillers(text: &str) -> Vec<String> {
        let analysis = Analysis::of(&Article::from_text(text));
        let sentences = analysis.document.sentences.iter().zip(&analysis.padding.filler);
        sentences.filter(|(_, filler)| **filler).map(|(own, _)| own.span.slice(text).unwrap().to_owned()).collect()
    }

    const NEWS: &str = "The council of Marin closed the old mill on Monday after 9 years of losses.";

    #[test]
    fn comments_on_what_was_said_are_filler() {
        for line in [
            "All of this shows how hard life in a small place can be.",
            "In other words, the place has seen much better days than these.",
            "That puts the old place in a class of its own.",
            "Only time will tell what becomes of the old place.",
        ] {
            assert_eq!(fillers(&format!("{NEWS} {line}")), [line]);
        }
    }

    #[test]
    fn what_tells_something_is_not_filler() {
        for line in [
            "The mill of the council of Marin burned down after the losses.",
            "This puts 40 people out of work in the town.",
            "That house stands on the other side of the old river.",
            "The council closed the gates and workers found the doors locked.",
            "In other words, \u{201c}we are broke,\u{201d} as the mayor put it.",
            "A 5-5 vote of the council would leave the losses in place.",
            "The mill of the council was extended last year.",
            "Members of the council have not said when the mill will be old.",
        ] {
            assert!(fillers(&format!("{NEWS} {line}")).is_empty(), "{line}");
        }
    }
}
