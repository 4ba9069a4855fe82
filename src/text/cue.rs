//! Cues: the lexicon's words and phrases in a text, and the context rules that tell a cue from the
//! same letters used otherwise.

use std::ops::Range;

use crate::lexicon::{CueClass, Lexicon, Node, word};

use super::key::{KeySet, phrase_key, word_key};
use super::sentence::Sentence;
use super::token::{Token, TokenKind, form};
use super::vocabulary::Vocabulary;

/// A cue: tokens `first..end` are a sign of `class`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cue {
    pub first: u32,
    pub end: u32,
    pub class: CueClass,
}

/// What the lexicon says of the words of one text: each is looked up once, however often it comes.
pub(super) struct Words<'l, 'v> {
    lexicon: &'l Lexicon,
    vocabulary: &'v Vocabulary,
    /// By number; absent for a word that was not looked up yet.
    nodes: Vec<Option<Node>>,
}

impl<'l, 'v> Words<'l, 'v> {
    pub(super) fn new(lexicon: &'l Lexicon, vocabulary: &'v Vocabulary) -> Self {
        Words { lexicon, vocabulary, nodes: vocabulary.table(None) }
    }

    /// What is listed of the token at `at`, a word; nothing of most.
    fn get(&mut self, at: usize, key: u64) -> Node {
        let ask = || self.lexicon.get(key).copied().unwrap_or_default();
        match self.nodes.get_mut(self.vocabulary.of_token(at).word as usize) {
            Some(node) => *node.get_or_insert_with(ask),
            None => ask(),
        }
    }
}

/// Looks up the tokens of one block: fills their word classes and appends their cues, longest
/// first at each position, not overlapping within a class.
pub(super) fn annotate(words: &mut Words<'_, '_>, tokens: &mut [Token], range: Range<usize>, cues: &mut Vec<Cue>) {
    let lexicon = words.lexicon;
    // Where the last cue of each class ended, and the last phrase that swallows what lies inside it.
    let mut taken = [0u32; CueClass::ALL.len()];
    let mut swallowed = 0u32;
    // Ends of the phrases that begin at one word, longest last; few are longer than one word.
    let mut found = [(0u32, 0u64); MAX_ENDS];
    for at in range.clone() {
        let Some(token) = tokens.get_mut(at) else {
            return;
        };
        if token.kind != TokenKind::Word {
            continue;
        }
        let root = words.get(at, token.key);
        token.classes = root.classes;
        if root.cues == 0 && !root.goes_on {
            continue;
        }
        let mut count = 0;
        let mut record = |end: usize, cues: u64| {
            if cues != 0
                && let Some(slot) = found.get_mut(count)
            {
                *slot = (end as u32, cues);
                count += 1;
            }
        };
        record(at + 1, root.cues);
        let (mut key, mut goes_on, mut next) = (token.key, root.goes_on, at + 1);
        while goes_on && next < range.end {
            let Some(word) = tokens.get(next).filter(|token| token.kind == TokenKind::Word) else {
                break;
            };
            key = phrase_key(key, word.key);
            let Some(node) = lexicon.get(key) else { break };
            next += 1;
            record(next, node.cues);
            goes_on = node.goes_on;
        }
        let found = found.get(..count).unwrap_or_default();
        for &(end, classes) in found {
            if classes & CueClass::Ignore.bit() != 0 {
                swallowed = swallowed.max(end);
            }
        }
        let mut seen = CueClass::Ignore.bit();
        for &(end, classes) in found.iter().rev() {
            let mut new = classes & !seen;
            seen |= classes;
            if end <= swallowed {
                continue;
            }
            while new != 0 {
                let class = new.trailing_zeros() as usize;
                new &= new - 1;
                let (Some(&(_, name)), Some(last)) = (CueClass::ALL.get(class), taken.get_mut(class)) else {
                    continue;
                };
                if at as u32 >= *last {
                    *last = end;
                    cues.push(Cue { first: at as u32, end, class: name });
                }
            }
        }
    }
}

/// More phrases than this never begin at one word.
const MAX_ENDS: usize = 12;

/// Gives every sentence its range of cues. Cues and sentences are both in order.
pub(super) fn assign(cues: &[Cue], sentences: &mut [Sentence]) {
    let mut at = 0;
    for sentence in sentences {
        let tokens = sentence.tokens();
        while cues.get(at).is_some_and(|cue| (cue.first as usize) < tokens.start) {
            at += 1;
        }
        let first = at;
        while cues.get(at).is_some_and(|cue| (cue.first as usize) < tokens.end) {
            at += 1;
        }
        sentence.set_cues(first as u32, at as u32);
    }
}

/// Drops cues that are something else in their context.
pub(super) fn keep_in_context(tokens: &[Token], cues: &mut Vec<Cue>, sentences: &mut [Sentence]) {
    let mut kept = Vec::with_capacity(cues.len());
    for sentence in sentences.iter_mut() {
        let first = kept.len();
        let range = sentence.tokens();
        for cue in cues.get(sentence.cues()).unwrap_or_default() {
            if fits(tokens, &range, cue) {
                kept.push(*cue);
            }
        }
        sentence.set_cues(first as u32, kept.len() as u32);
    }
    *cues = kept;
}

fn fits(tokens: &[Token], sentence: &Range<usize>, cue: &Cue) -> bool {
    use CueClass as C;
    let first = cue.first as usize;
    let Some(token) = tokens.get(first) else {
        return false;
    };
    let before = previous_word(tokens, sentence, first);
    match cue.class {
        C::MetonymPhrase | C::BoilerplateLine | C::BoilerplateStart | C::BylineStart => return true,
        _ => {}
    }
    let single = cue.end - cue.first == 1;
    if single && is_name(tokens, sentence, first) {
        return false;
    }
    match cue.class {
        // "the reports", "his claims", "of charges": a noun, not a verb that reports.
        C::ReportVerb
        | C::ReportVerbStance
        | C::ReportVerbJudging
        | C::ReportVerbPresentational
        | C::ReportVerbDocument
        | C::ReportVerbQuoting
        | C::AttitudeVerb
        | C::PerceptionVerb
        | C::AppearanceVerb
        | C::MentionVerb
        | C::InterpretiveVerb => {
            !before.is_some_and(|word| reads_as_noun_after(word, token) || is_object_of_saying(word, token))
                && !follows_owner(tokens, sentence, first)
                && !(single && (is_modifier(tokens, sentence, first) || is_attribute(tokens, sentence, first)))
        }
        // "It's said" and "It said" have one key: the 's that tells them apart belongs to no word.
        C::Weasel if cue.end - cue.first == 2 && token.key == IT => token.is(form::POSSESSIVE),
        // "about 20", "more than $20", never "about the deal".
        C::Approximator => {
            let after = cue.end as usize;
            tokens
                .get(after..sentence.end.min(after + 2))
                .unwrap_or_default()
                .iter()
                .any(|next| next.kind == TokenKind::Number || next.has(word::NUMBER_WORD))
        }
        // "if they did not confirm": of whom nobody asked anything.
        C::NegatedEvidence => !is_supposed(tokens, sentence, first),
        C::HedgeEpistemic if SUGGEST.contains(&token.key) => !somebody_suggests(tokens, sentence, first),
        _ if !single => true,
        C::Doxastic => holds_true(tokens, sentence, first),
        // "May 9", "in May".
        C::HedgeEpistemic => {
            let next = tokens.get(first + 1).filter(|_| first + 1 < sentence.end);
            let capital_may = token.is(form::CAPITALISED) && next.is_some_and(|next| next.kind == TokenKind::Number);
            let after_in = token.is(form::CAPITALISED) && before.is_some_and(|word| word.has(word::PREPOSITION));
            !capital_may && !after_in && !is_past_ability(tokens, sentence, first)
        }
        _ => true,
    }
}

/// A capitalised word that does not begin its sentence is a name, unless all around it is capitals
/// (a headline).
fn is_name(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    if !token.is(form::CAPITALISED) || at == sentence.start {
        return false;
    }
    let begins = tokens.get(at - 1).is_some_and(|before| {
        matches!(
            before.kind,
            TokenKind::OpenQuote
                | TokenKind::StraightQuote
                | TokenKind::OpenSingle
                | TokenKind::StraightSingle
                | TokenKind::Colon
                | TokenKind::Dash
                | TokenKind::OpenBracket
                | TokenKind::Other
        ) || before.is_terminal()
    });
    if begins {
        return false;
    }
    // In a headline in title case most words are capitalised, and that says nothing.
    let words = tokens.get(sentence.clone()).unwrap_or_default().iter().filter(|t| t.is_word()).take(24);
    let (mut total, mut capitals) = (0u32, 0u32);
    for word in words {
        total += 1;
        capitals += u32::from(word.is(form::CAPITALISED));
    }
    capitals * 2 < total
}

/// The word before, if only white space stands between.
fn previous_word<'t>(tokens: &'t [Token], sentence: &Range<usize>, at: usize) -> Option<&'t Token> {
    if at <= sentence.start {
        return None;
    }
    tokens.get(at - 1).filter(|token| token.is_word())
}

fn reads_as_noun_after(before: &Token, token: &Token) -> bool {
    let past = token.is(form::ED) || token.has(word::IRREGULAR_PAST);
    let possessive = before.is(form::POSSESSIVE) && !before.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER);
    // "The said document" is rare; "he later said", "the report said" have no determiner before.
    if before.has(word::DETERMINER) && !before.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER) || possessive {
        return true;
    }
    // "of charges", "by claims"; but "by saying", "of having said" report.
    before.has(word::PREPOSITION)
        && !before.has(word::AUXILIARY | word::CONJUNCTION | word::PRONOUN_OTHER)
        && !token.is(form::ING)
        && !past
        && before.key != TO
}

/// "said praise would help": a plain form after a verb of saying begins what was said.
fn is_object_of_saying(before: &Token, token: &Token) -> bool {
    let inflected = token.is(form::ED | form::ING | form::S) || token.has(word::IRREGULAR_PAST);
    SAID.contains(&before.key) && !inflected
}

/// "His claims", "their doubts", "Her professed love": what somebody owns. "A friend of his said" owns
/// nothing, and inside a sentence "her" may be an object ("the man who met her said").
fn follows_owner(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let Some(owner) = previous_word(tokens, sentence, at) else {
        return false;
    };
    if owner.key == HER {
        return at == sentence.start + 1;
    }
    let of = at.checked_sub(1).and_then(|at| previous_word(tokens, sentence, at)).is_some_and(|word| word.key == OF);
    OWNERS.contains(&owner.key) && !of
}

const OF: u64 = word_key("of");
const HER: u64 = word_key("her");
static OWNERS: KeySet<7> = KeySet::new(["my", "your", "his", "its", "our", "their", "whose"]);

const IT: u64 = word_key("it");
const TO: u64 = word_key("to");

/// "state media", "claims adjuster": hyphenated compounds are one token already; here a noun reading
/// shows only by an auxiliary right after ("the claims were").
fn is_modifier(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    if token.is(form::ED) || token.is(form::ING) || token.has(word::IRREGULAR_PAST) {
        return false;
    }
    let next = tokens.get(at + 1).filter(|_| at + 1 < sentence.end);
    next.is_some_and(|next| {
        next.is_word() && next.has(word::AUXILIARY) && !next.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER)
    })
}

/// "from publicly disclosed papers", "a widely reported case": a participle that stands with its noun.
fn is_attribute(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let before = |by: usize| at.checked_sub(by).and_then(|at| previous_word(tokens, sentence, at));
    let next = tokens.get(at + 1).filter(|next| at + 1 < sentence.end && next.is_word());
    tokens.get(at).is_some_and(|token| token.is(form::ED))
        && before(0).is_some_and(|adverb| adverb.is(form::LY))
        && before(1).is_some_and(|word| {
            word.has(word::PREPOSITION | word::DETERMINER)
                && !word.has(word::CONJUNCTION | word::PRONOUN_PERSON | word::PRONOUN_OTHER | word::AUXILIARY)
        })
        && next.is_some_and(|next| !next.has(word::STOP | word::PREPOSITION | word::DETERMINER))
}

/// "if they did not", "because she didn't": a condition or a reason, told of somebody.
fn is_supposed(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let subject = previous_word(tokens, sentence, at).filter(|word| word.has(word::PRONOUN_PERSON));
    let join = at.checked_sub(1).and_then(|at| previous_word(tokens, sentence, at));
    subject.is_some() && join.is_some_and(|join| SUPPOSES.contains(&join.key))
}

/// "the agency suggested", "he didn't suggest", "said ... and suggested": somebody proposes or says something, and
/// nothing is held to be likely.
fn somebody_suggests(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let mut subject = at;
    while let Some(helper) = previous_word(tokens, sentence, subject)
        && (helper.has(word::AUXILIARY | word::NEGATION) || helper.is(form::LY))
        && !helper.has(word::PRONOUN_PERSON)
    {
        subject -= 1;
    }
    let Some(subject) = previous_word(tokens, sentence, subject) else {
        return false;
    };
    if subject.has(word::CONJUNCTION) {
        let earlier = tokens.get(sentence.start..at).unwrap_or_default();
        return earlier.iter().any(|token| SAID.contains(&token.key) && !token.is(form::QUOTED));
    }
    let speaks = word::PRONOUN_PERSON | word::ROLE_NOUN | word::ORGANISATION_NOUN | word::METONYM | word::GIVEN_NAME;
    subject.has(speaks)
}

static SUPPOSES: KeySet<5> = KeySet::new(["if", "because", "when", "unless", "although"]);
static SUGGEST: KeySet<4> = KeySet::new(["suggest", "suggests", "suggested", "suggesting"]);
static SAID: KeySet<4> = KeySet::new(["said", "says", "wrote", "told"]);

/// A verb that says what somebody takes to be so, told from the nouns and the plans which share its
/// letters: "a school of thought", "he considered leaving", "she believes in hard work".
fn holds_true(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    let before = previous_word(tokens, sentence, at);
    let next = tokens.get(at + 1).filter(|_| at + 1 < sentence.end);
    match token.key {
        CONSIDER => {
            before.is_some_and(|word| word.key != TO && !FIRST_PLURAL.contains(&word.key))
                && !next.is_some_and(|next| next.is(form::ING))
        }
        CONSIDERED | CONSIDERS => !next.is_some_and(|next| next.is(form::ING) || next.key == FOR),
        BELIEVE | BELIEVES | BELIEVED => !next.is_some_and(|next| next.key == IN),
        // What was thought is said right after, or somebody stands right before who thought it.
        THOUGHT => {
            next.is_some_and(|next| THOUGHT_GOES_ON.contains(&next.key))
                || before.is_some_and(|word| word.has(word::PRONOUN_PERSON | word::AUXILIARY))
        }
        REGARDED => !before.is_some_and(|word| HIGHLY.contains(&word.key)),
        _ => true,
    }
}

const CONSIDER: u64 = word_key("consider");
const CONSIDERED: u64 = word_key("considered");
const CONSIDERS: u64 = word_key("considers");
const BELIEVE: u64 = word_key("believe");
const BELIEVES: u64 = word_key("believes");
const BELIEVED: u64 = word_key("believed");
const THOUGHT: u64 = word_key("thought");
const REGARDED: u64 = word_key("regarded");
const FOR: u64 = word_key("for");
const IN: u64 = word_key("in");
static FIRST_PLURAL: KeySet<2> = KeySet::new(["we", "us"]);
static HIGHLY: KeySet<3> = KeySet::new(["highly", "well", "best"]);
static THOUGHT_GOES_ON: KeySet<6> = KeySet::new(["that", "to", "it", "they", "he", "she"]);

/// "could not reach", "were able", "could hear": ability in the past, not doubt. Only the forms that
/// are clear without syntax.
fn is_past_ability(tokens: &[Token], sentence: &Range<usize>, at: usize) -> bool {
    let Some(token) = tokens.get(at) else {
        return false;
    };
    if token.key != COULD {
        return false;
    }
    let Some(next) = tokens.get(at + 1).filter(|_| at + 1 < sentence.end) else {
        return false;
    };
    if next.has(word::NEGATION) || PERCEPTION.contains(&next.key) {
        return true;
    }
    // "who could play", "so the boats could land", "before it could fire".
    let near = tokens.get(at.saturating_sub(4).max(sentence.start)..at).unwrap_or_default();
    near.iter().any(|word| ENABLING.contains(&word.key))
}

const COULD: u64 = word_key("could");
static ENABLING: KeySet<7> = KeySet::new(["who", "so", "before", "until", "where", "nobody", "enough"]);
const PERCEPTION: [u64; 9] = [
    word_key("hear"),
    word_key("see"),
    word_key("feel"),
    word_key("smell"),
    word_key("tell"),
    word_key("barely"),
    word_key("hardly"),
    word_key("only"),
    word_key("no"),
];
