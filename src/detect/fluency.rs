//! Fluency: structural breaks that machine translation or bad extraction leaves. Never grammar: a
//! dialect or a second language must not match.

use hashbrown::HashSet;

use crate::lexicon::{CueClass, lexicon, word};
use crate::report::{Applicability, Voice};
use crate::text::{ByteSpan, Document, KeySet, Prose, Sentence, Token, TokenKind, form, word_key};

use super::margin::Margin;

/// So many breaks, and so many for 1,000 words, are those of no text: of 438 articles of three corpora none has more than
/// 16 for 1,000 words, of the same with their words shuffled 99 in 100 have more than 29.
const NO_SENTENCES: (u32, f64) = (5, 25.0);

/// Breaks in the body.
#[derive(Debug, Default)]
pub struct Fluency {
    pub breaks: u32,
    /// Words and numbers they were counted over.
    pub words: u32,
    /// Sentences without a finite verb.
    pub fragments: u32,
}

/// Finds breaks and fragments.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> Fluency {
    let mut fluency = Fluency::default();
    let mut names = Names { document, seen: None };
    let mut previous: Option<&Sentence> = None;
    for (_, sentence) in document.body() {
        let tokens = document.tokens_of(sentence);
        fluency.words += sentence.words;
        // After "Is it late?" a small letter is a custom of the writer, after a full stop it is a break.
        let after_stop = previous
            .filter(|before| before.block == sentence.block)
            .is_none_or(|before| document.tokens_of(before).last().is_some_and(|mark| mark.kind == TokenKind::Stop));
        for (at, token) in tokens.iter().enumerate() {
            if at > 0 && is_plain(token, tokens.get(at + 1)) {
                continue;
            }
            let found = (at == 0 && after_stop && !document.caseless && starts_lower(document, tokens))
                .then_some("The sentence begins with a small letter: something is missing before it.")
                .or_else(|| break_at(document, sentence, tokens, at, &mut names));
            let Some(message) = found else { continue };
            fluency.breaks += 1;
            let end = tokens.get(at + 1).map_or(token.end, |next| next.end);
            let span = token.span().cover(ByteSpan::new(token.start, end));
            margin.mark("garble_rate", span, Voice::Own, 0.5, message);
        }
        if is_fragment(tokens, sentence.words) {
            fluency.fragments += 1;
            margin.mark(
                "fragment_ratio",
                sentence.span,
                Voice::Own,
                0.2,
                "The sentence has no verb that could carry it.",
            );
        }
        previous = Some(sentence);
    }
    fluency
}

/// Most words are small, not doubled, and no article: nothing breaks at them.
fn is_plain(token: &Token, next: Option<&Token>) -> bool {
    token.is_word()
        && !token.is(form::CAPITALISED | form::INNER_CAPITAL)
        && !ARTICLES.contains(&token.key)
        && next.is_none_or(|next| next.key != token.key)
}

fn break_at(
    document: &Document<'_>,
    sentence: &Sentence,
    tokens: &[Token],
    at: usize,
    names: &mut Names<'_, '_>,
) -> Option<&'static str> {
    let token = tokens.get(at)?;
    let next = tokens.get(at + 1);
    let previous = at.checked_sub(1).and_then(|before| tokens.get(before));
    match token.kind {
        TokenKind::Word => {
            // Only words that no English doubles: "the small small houses" is good English in Lagos.
            let doubled = next
                .is_some_and(|next| next.is_word() && next.key == token.key && !next.is(form::CAPITALISED))
                && NEVER_DOUBLE.contains(&token.key);
            if doubled {
                return Some("A word stands twice.");
            }
            if next.is_some_and(|next| clash(token, next)) {
                return Some("Two words that cannot stand together: something is missing between them.");
            }
            if names.is_glued(token) {
                return Some("Two words are glued together.");
            }
            // "sanctions policy He was applied": a sentence begins inside another. "the film He Got Game" is a title,
            // and "what He said" may be of God.
            let restarts = token.is(form::CAPITALISED)
                && !token.is(form::ALL_CAPS)
                && RESTARTS.contains(&token.key)
                && previous
                    .is_some_and(|before| before.is_word() && !before.is(form::CAPITALISED) && !before.has(word::STOP))
                && next.is_some_and(|next| next.is_word() && !next.is(form::CAPITALISED));
            restarts.then_some("A new sentence begins inside another.")
        }
        // "Japan– and": glued to one side only.
        TokenKind::Dash => {
            let next = next.filter(|next| next.counts())?;
            let glued_before = previous.is_some_and(Token::counts) && !token.is(form::SPACE_BEFORE);
            let glued_after = !next.is(form::SPACE_BEFORE);
            let number = previous.is_some_and(|before| before.kind == TokenKind::Number);
            (glued_before && !glued_after && !number).then_some("A dash is glued to one side: the text was cut here.")
        }
        TokenKind::Comma | TokenKind::Semicolon => {
            let orphan = token.is(form::SPACE_BEFORE)
                && next.is_some_and(|next| next.is(form::SPACE_BEFORE))
                && previous.is_some_and(Token::counts);
            let doubled =
                next.is_some_and(|next| matches!(next.kind, TokenKind::Comma | TokenKind::Semicolon | TokenKind::Stop));
            (orphan || doubled).then_some("Punctuation stands alone.")
        }
        TokenKind::Stop => {
            let orphan = token.is(form::SPACE_BEFORE)
                && previous.is_some_and(|before| before.counts() || before.is_closer())
                && next.is_none_or(|next| next.is(form::SPACE_BEFORE) && next.kind != TokenKind::Stop);
            orphan.then_some("A full stop stands alone.")
        }
        // `... closer.” a partnership where`: after a whole sentence in quotation marks comes neither a speaker nor a capital.
        TokenKind::CloseQuote => {
            let whole = previous.is_some_and(|before| before.kind == TokenKind::Stop);
            let next = next.filter(|next| next.is_word() && next.is(form::SPACE_BEFORE))?;
            let lower =
                !next.is(form::CAPITALISED | form::DIGIT) && !next.has(word::PRONOUN_PERSON | word::CONJUNCTION);
            (whole && lower && !told_after(document, sentence, at))
                .then_some("What follows the quotation begins with a small letter: something is missing before it.")
        }
        _ => None,
    }
}

/// Words that a speaker may take after a quotation ("the mayor of Marin, Jane Doe, said").
const SPEAKER_TOKENS: usize = 9;

/// Whether somebody is said to have said what stands in the quotation that closes at `at`.
fn told_after(document: &Document<'_>, sentence: &Sentence, at: usize) -> bool {
    let close = sentence.tokens().start + at;
    document.cues_of(sentence).iter().any(|cue| {
        let reports = matches!(
            cue.class,
            CueClass::ReportVerb
                | CueClass::ReportVerbStance
                | CueClass::ReportVerbJudging
                | CueClass::ReportVerbPresentational
                | CueClass::ReportVerbDocument
                | CueClass::ReportVerbQuoting
                | CueClass::ReportFrame
        );
        reports && (close..=close + SPEAKER_TOKENS).contains(&(cue.first as usize))
    })
}

/// The first word of a sentence is lower case although the one before ended.
fn starts_lower(document: &Document<'_>, tokens: &[Token]) -> bool {
    let Some(token) = tokens.first() else {
        return false;
    };
    // Names that are written small ("iPhone", "eBay"), links and handles are no break.
    if !token.is_word() || token.is(form::CAPITALISED | form::DIGIT | form::NON_ASCII | form::INNER_CAPITAL) {
        return false;
    }
    let address = matches!(tokens.get(1..3), Some([mark, part])
        if matches!(mark.kind, TokenKind::Stop | TokenKind::Colon | TokenKind::Other)
            && !mark.is(form::SPACE_BEFORE)
            && !part.is(form::SPACE_BEFORE));
    let text = token.span().slice(document.article.text).unwrap_or_default();
    !address && !text.bytes().any(|byte| byte.is_ascii_uppercase())
}

/// Function words of which the second cannot follow the first.
fn clash(first: &Token, second: &Token) -> bool {
    if !second.is_word() || second.is(form::CAPITALISED) || first.is(form::CAPITALISED) && first.is(form::ALL_CAPS) {
        return false;
    }
    ARTICLES.contains(&first.key) && (ARTICLES.contains(&second.key) || CLASH_AFTER_ARTICLE.contains(&second.key))
}

static ARTICLES: KeySet<3> = KeySet::new(["the", "a", "an"]);
static CLASH_AFTER_ARTICLE: KeySet<10> =
    KeySet::new(["of", "is", "are", "was", "were", "and", "him", "them", "me", "us"]);
static NEVER_DOUBLE: KeySet<16> = KeySet::new([
    "the", "a", "an", "of", "to", "and", "or", "his", "their", "its", "he", "she", "they", "we", "from", "at",
]);
static RESTARTS: KeySet<12> =
    KeySet::new(["he", "she", "they", "these", "there", "however", "but", "and", "it", "his", "her", "their"]);

/// Tells glued words by the names that the text and the lexicon know.
struct Names<'d, 'a> {
    document: &'d Document<'a>,
    /// Keys of the capitalised words of the text, read when they are first asked for.
    seen: Option<HashSet<u64>>,
}

/// A name that is glued to a word has at least so many letters: shorter ones begin too many other words.
const GLUED_NAME_BYTES: usize = 5;

impl Fluency {
    /// Words that were shuffled or spilled have no sentences, however well their marks are set.
    pub(super) fn overrule(&self, prose: &mut Prose) {
        let many =
            self.breaks >= NO_SENTENCES.0 && f64::from(self.breaks) > NO_SENTENCES.1 * f64::from(self.words) / 1_000.0;
        if many && prose.applicability == Applicability::Ok {
            prose.applicability = Applicability::NotProse;
            prose.reason = format!(
                "Sentences break off or break in {} times in {} words: no running text.",
                self.breaks, self.words
            );
        }
    }
}

impl Names<'_, '_> {
    /// "Macronand", "MondayThe".
    fn is_glued(&mut self, token: &Token) -> bool {
        if !token.is(form::CAPITALISED | form::INNER_CAPITAL)
            || token.is(form::ALL_CAPS | form::NON_ASCII | form::DIGIT | form::HYPHENATED | form::POSSESSIVE)
        {
            return false;
        }
        let text = token.span().slice(self.document.article.text).unwrap_or_default();
        if token.is(form::INNER_CAPITAL) {
            // "YouTube", "McDonald", "LinkedIn": only words that end in no name.
            return GLUED_STARTS.iter().any(|start| {
                text.strip_suffix(start).is_some_and(|before| {
                    before.len() >= GLUED_NAME_BYTES
                        && before.bytes().last().is_some_and(|byte| byte.is_ascii_lowercase())
                })
            });
        }
        let name = GLUED_ENDS.iter().find_map(|end| text.strip_suffix(end));
        name.filter(|name| (GLUED_NAME_BYTES..=MAX_NAME_BYTES).contains(&name.len()))
            .is_some_and(|name| self.knows(name))
    }

    fn knows(&mut self, name: &str) -> bool {
        let mut lower = [0u8; MAX_NAME_BYTES];
        for (slot, byte) in lower.iter_mut().zip(name.bytes()) {
            *slot = byte.to_ascii_lowercase();
        }
        let key = lower.get(..name.len()).and_then(|bytes| std::str::from_utf8(bytes).ok()).map_or(0, word_key);
        let listed = lexicon().get(key).is_some_and(|node| {
            node.classes & (word::METONYM | word::GIVEN_NAME | word::NATIONALITY | word::WEEKDAY) != 0
        });
        let tokens = &self.document.tokens;
        let seen = self.seen.get_or_insert_with(|| {
            tokens
                .iter()
                .filter(|token| token.is_word() && token.is(form::CAPITALISED))
                .map(|token| token.key)
                .collect()
        });
        listed || seen.contains(&key)
    }
}

const MAX_NAME_BYTES: usize = 24;
const GLUED_STARTS: [&str; 8] = ["The", "He", "She", "They", "But", "And", "This", "These"];
const GLUED_ENDS: [&str; 6] = ["and", "said", "was", "has", "who", "from"];

/// Fewer words are a cry or a label.
const FRAGMENT_WORDS: u32 = 4;
/// What opens with a preposition and goes on for longer has a clause of its own as a rule.
const SHORT_PHRASE_WORDS: u32 = 10;

/// A sentence in which nothing can be a finite verb. Without a parser that is certain only of phrases that open as one:
/// with an infinitive, with "a" or "no", with a preposition. A plural or a collective may go with a verb that looks like
/// a noun ("the team play"), in some Englishes more often than in others, and so never counts.
fn is_fragment(tokens: &[Token], words: u32) -> bool {
    let Some((first, rest)) = tokens.split_first() else {
        return false;
    };
    let closed = tokens.last().is_some_and(|mark| mark.kind == TokenKind::Stop);
    if words < FRAGMENT_WORDS || !closed || !first.is(form::CAPITALISED) {
        return false;
    }
    let comma = |token: &Token| token.kind == TokenKind::Comma;
    let opens = if first.key == TO {
        // "To begin, click on a topic.": behind the comma an order may stand.
        !tokens.windows(2).any(|pair| matches!(pair, [mark, next] if comma(mark) && !next.has(word::STOP)))
    } else {
        let place = first.has(word::PREPOSITION) && !first.has(word::CONJUNCTION) && first.key != FOR;
        PHRASE_STARTS.contains(&first.key) || place && words <= SHORT_PHRASE_WORDS && !rest.iter().any(comma)
    };
    opens
        && !rest.iter().any(may_be_finite)
        && !tokens
            .iter()
            .any(|token| token.is(form::QUOTED) || matches!(token.kind, TokenKind::Colon | TokenKind::Dash))
}

fn may_be_finite(token: &Token) -> bool {
    if !token.is_word() {
        return false;
    }
    let auxiliary = token.has(word::AUXILIARY) && !NON_FINITE.contains(&token.key);
    let verb_form = token.is(form::ED | form::S | form::POSSESSIVE) || token.has(word::IRREGULAR_PAST);
    let subject = token.has(word::PRONOUN_PERSON | word::PRONOUN_FIRST | word::PRONOUN_SECOND | word::CONJUNCTION)
        && !OBJECTS.contains(&token.key);
    auxiliary || verb_form || subject || PLURALS.contains(&token.key)
}

const TO: u64 = word_key("to");
const FOR: u64 = word_key("for");
static PHRASE_STARTS: KeySet<5> = KeySet::new(["a", "an", "no", "not", "another"]);
static NON_FINITE: KeySet<4> = KeySet::new(["be", "been", "being", "having"]);
static OBJECTS: KeySet<12> =
    KeySet::new(["him", "her", "them", "his", "their", "theirs", "himself", "me", "us", "my", "our", "your"]);
static PLURALS: KeySet<10> =
    KeySet::new(["people", "police", "men", "women", "children", "team", "crew", "staff", "family", "government"]);

#[cfg(test)]
mod tests {
    use crate::article::Article;
    use crate::detect::Analysis;

    fn marked(feature: &str, text: &str) -> Vec<String> {
        let padded = format!("The council of Marin met on Monday to hear the case.\n\n{text}");
        let analysis = Analysis::of(&Article::from_text(&padded));
        let marks = analysis.evidence.iter().filter(|piece| piece.feature_id == feature);
        marks.map(|piece| piece.place.span.slice(&padded).unwrap().to_owned()).collect()
    }

    #[test]
    fn breaks_in_the_copy_are_marked() {
        for (text, place) in [
            ("The mayor left the the hall before the vote was over.", "the the"),
            (
                "The trip of the president. Jane Hale met Macron. Then Macronand the mayor spoke to them.",
                "Macronand the",
            ),
            ("The mill was closed on MondayThe mayor left the town after that.", "MondayThe mayor"),
            ("They met in Japan\u{2013} and left the town after that.", "\u{2013} and"),
            ("They met the , and left the town after that day.", ", and"),
            ("They met the mayor,, and left the town after that day.", ",,"),
            ("They applied the new policy He was held for a year by them.", "He was"),
            ("\u{201c}They are close.\u{201d} a pact where they make it clear.", "\u{201d} a"),
            ("They gave the of the mill to the town that year.", "the of"),
        ] {
            assert_eq!(marked("garble_rate", text), [place], "{text}");
        }
    }

    #[test]
    fn other_englishes_and_plain_speech_are_no_breaks() {
        for text in [
            "The small small houses by the river be full of rain now now.",
            "She go to market every day and she no like the price.",
            "He told the committee he had had enough of that that year.",
            "Them boys was running down the road, innit, and nobody seen them.",
            "We has discussed about this matter since three years already.",
            "The mayor give them the informations and they was very happy with it.",
            "The team play in red and the council want to build a new mill.",
            "Ms. McHale of LinkedIn met the head of YouTube in Poland and Marchand in Holland.",
            "The film He Got Game is old, and so is the song And So It Goes.",
            "is it late? does anyone know? we were there on Monday.",
            "\u{201c}It is late.\u{201d} the mayor of Marin, Jane Hale, said.",
        ] {
            let marks = marked("garble_rate", text);
            let small = text.starts_with("is ");
            assert!(marks.len() <= usize::from(small), "{text}: {marks:?}");
            assert!(marked("fragment_ratio", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn phrases_without_a_verb_are_fragments() {
        for text in [
            "To be the bottom, not the top, in 2014.",
            "A long, bitter winter for the town.",
            "No mill, no bread, no work.",
            "In the middle of the long night.",
        ] {
            assert_eq!(marked("fragment_ratio", text), [text]);
        }
        for text in [
            "A mill in Marin closed.",
            "No one in the town knows.",
            "In the town the team play on.",
            "A man who left the town.",
            "Some people fear a new war over water.",
            "\u{201c}Not a good day for the town,\u{201d} she said.",
            "A long decline",
            "To err is human.",
            "To begin, click on a name.",
            "For more about the mill, visit the site of the council.",
            "To close the old mill, the mayor of Marin needs the vote.",
        ] {
            assert!(marked("fragment_ratio", text).is_empty(), "{text}");
        }
    }
}
