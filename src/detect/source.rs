//! Noun phrases that name a source: finding the one a reporting verb belongs to, and what kind it is.
//!
//! No parser: a clause is cut at punctuation and conjunctions, its noun chunks are runs of words
//! between function words, and the subject is the first chunk that no preposition governs. That is
//! cheap and right for the way news sentences are built; where it cannot tell, it says "unresolved".

use std::ops::Range;

use crate::lexicon::word;
use crate::report::SourceKind;
use crate::text::{KeySet, Token, TokenKind, form, word_key};

/// A noun chunk: `first..end` are its words, `head` the one that says what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chunk {
    pub first: usize,
    pub end: usize,
    pub head: usize,
    pub sort: Sort,
    /// Introduced by "the", "this", "his": points back to something known.
    pub definite: bool,
    /// Something stands with the head that describes it: an adjective, a name, "familiar with ...".
    pub described: bool,
}

/// What the head of a chunk is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// A name.
    Name,
    /// he, she, they.
    Pronoun,
    /// it, this.
    It,
    /// I, we: the writer.
    Writer,
    Anonymous,
    /// A resident, a passenger: unnamed, but the noun says who.
    Bystander,
    Collective,
    Document,
    Role,
    Organisation,
    /// "the Norwegian".
    Epithet,
    /// Any other noun.
    Other,
}

impl Sort {
    /// Can speak: what a verb like "highlighted" needs to be a report.
    #[must_use]
    pub fn speaks(self) -> bool {
        !matches!(self, Sort::Other | Sort::It | Sort::Writer)
    }
}

static BE: KeySet<8> = KeySet::new(["be", "is", "are", "was", "were", "been", "being", "get"]);
const TO: u64 = word_key("to");
const WHO: u64 = word_key("who");
static THE: KeySet<8> = KeySet::new(["the", "this", "these", "that", "his", "her", "their", "its"]);
static WH: KeySet<5> = KeySet::new(["which", "that", "what", "whom", "who"]);
static LINKS: KeySet<2> = KeySet::new(["of", "for"]);
static OUT_OF: KeySet<2> = KeySet::new(["of", "in"]);
static UNDESCRIBED: KeySet<4> = KeySet::new(["source", "sources", "insider", "insiders"]);
const BOTH: u64 = word_key("both");
const OWN: u64 = word_key("own");
static PARTS: KeySet<14> = KeySet::new([
    "all",
    "each",
    "both",
    "half",
    "percent",
    "majority",
    "dozens",
    "hundreds",
    "thousands",
    "two-thirds",
    "one-third",
    "none",
    "any",
    "members",
]);
static NOBODY: KeySet<8> = KeySet::new(["some", "many", "others", "most", "few", "several", "everyone", "one"]);

fn at(tokens: &[Token], index: usize) -> Option<&Token> {
    tokens.get(index)
}

/// A form of "to be".
pub fn is_be(token: &Token) -> bool {
    BE.contains(&token.key)
}

/// "to" before an infinitive.
pub fn is_to(token: &Token) -> bool {
    token.key == TO
}

/// "they've": a subject that has its auxiliary with it.
pub fn is_contracted(token: &Token) -> bool {
    CONTRACTED.contains(&token.key)
}

/// "he's" and no plain "he": a key leaves the ending of a possessive out.
pub fn is_joined(token: &Token) -> bool {
    is_contracted(token) && token.end - token.start > LONGEST_PLAIN
}

/// "she".
const LONGEST_PLAIN: u32 = 3;
static CONTRACTED: KeySet<7> = KeySet::new(["he's", "she's", "he'd", "she'd", "they're", "they've", "they'd"]);

/// A word between subject and verb that is neither: an auxiliary or an adverb.
fn is_between(token: &Token) -> bool {
    token.is_word()
        && !token.has(word::PRONOUN_PERSON | word::PRONOUN_FIRST | word::PRONOUN_OTHER)
        && !is_contracted(token)
        && (token.has(word::AUXILIARY | word::NEGATION)
            || token.is(form::LY) && !token.is(form::CAPITALISED)
            || is_adverb(token))
}

static ADVERBS: KeySet<33> = KeySet::new([
    "also",
    "then",
    "later",
    "now",
    "once",
    "again",
    "still",
    "just",
    "even",
    "since",
    "often",
    "never",
    "always",
    "earlier",
    "first",
    "further",
    "yesterday",
    "today",
    "already",
    "long",
    "soon",
    "too",
    "meanwhile",
    "therefore",
    "thus",
    "instead",
    "himself",
    "herself",
    "themselves",
    "itself",
    "both",
    "all",
    "only",
]);

fn is_adverb(token: &Token) -> bool {
    ADVERBS.contains(&token.key)
}

fn ends_clause(token: &Token) -> bool {
    match token.kind {
        TokenKind::Word => {
            token.has(word::CONJUNCTION)
                && !token.has(word::PREPOSITION | word::PRONOUN_OTHER | word::DETERMINER)
                && !token.is(form::HYPHENATED)
        }
        TokenKind::Number | TokenKind::Url | TokenKind::Percent | TokenKind::Currency | TokenKind::Hyphen => false,
        // "Mr. Smith", "Sen. Jane Doe": the dot of an abbreviation ends nothing.
        TokenKind::Stop | TokenKind::CloseSingle | TokenKind::StraightSingle => false,
        _ => true,
    }
}

/// A subject stands no further before its verb than this many tokens.
const CLAUSE_TOKENS: usize = 60;

/// The start of the clause that ends before `end`.
pub fn clause_start(tokens: &[Token], sentence: &Range<usize>, end: usize) -> usize {
    let least = sentence.start.max(end.saturating_sub(CLAUSE_TOKENS));
    let mut start = end;
    while start > least && at(tokens, start - 1).is_some_and(|token| !ends_clause(token)) {
        start -= 1;
    }
    start
}

/// Where the subject of a verb that begins at `verb` would end: before its auxiliaries and adverbs.
pub fn before_auxiliaries(tokens: &[Token], sentence: &Range<usize>, verb: usize) -> usize {
    let mut end = verb;
    while end > sentence.start && at(tokens, end - 1).is_some_and(is_between) {
        end -= 1;
    }
    end
}

/// "are | more | worried", "is not | so | sure": a word of degree between a form of "to be" and an adjective.
pub fn is_degree_of_state(tokens: &[Token], sentence: &Range<usize>, adjective: usize) -> bool {
    let degree = adjective.checked_sub(1).filter(|at| *at > sentence.start);
    degree.is_some_and(|at| {
        tokens.get(at).is_some_and(|token| DEGREES.contains(&token.key))
            && tokens.get(at - 1).is_some_and(|before| is_be(before) || is_between(before))
    })
}

static DEGREES: KeySet<9> = KeySet::new(["more", "less", "very", "so", "as", "too", "quite", "most", "least"]);

/// True if the verb is passive ("was accused", "has been told") or an infinitive ("to say").
pub fn is_passive_or_infinitive(tokens: &[Token], sentence: &Range<usize>, verb: usize) -> bool {
    let Some(token) = at(tokens, verb) else {
        return true;
    };
    let mut index = verb;
    while index > sentence.start {
        index -= 1;
        let Some(before) = at(tokens, index) else {
            break;
        };
        if is_to(before) && before.is_word() {
            return !token.is(form::ING);
        }
        if !is_between(before) {
            return false;
        }
        // "was saying" is active.
        if is_be(before) {
            return !token.is(form::ING);
        }
    }
    false
}

static MODALS: KeySet<9> = KeySet::new(["must", "should", "can", "could", "may", "might", "would", "ought", "cannot"]);

/// "must reject", "could deny": what somebody may or ought to say is not said.
pub fn is_modal(tokens: &[Token], sentence: &Range<usize>, verb: usize) -> bool {
    let mut index = verb;
    while index > sentence.start && at(tokens, index - 1).is_some_and(is_between) {
        index -= 1;
        if at(tokens, index).is_some_and(|token| MODALS.contains(&token.key)) {
            return true;
        }
    }
    false
}

/// The subject chunk of a clause: the first that no preposition governs.
pub fn subject(tokens: &[Token], clause: Range<usize>) -> Option<Chunk> {
    let mut governed = false;
    let mut index = clause.start;
    while index < clause.end {
        let token = at(tokens, index)?;
        if token.is_word() && token.has(word::PREPOSITION) && !token.is(form::CAPITALISED)
            || index == clause.start && token.has(word::PREPOSITION)
        {
            // "Some of his allies said", "two-thirds of voters say": the whole is counted, not governed.
            let part_of =
                LINKS.contains(&token.key) && index > clause.start && at(tokens, index - 1).is_some_and(is_quantity);
            governed = !part_of;
            index += 1;
            continue;
        }
        let Some(chunk) = chunk_at(tokens, index, clause.end) else {
            // An adverb or an auxiliary between does not end what a preposition governs; a verb would,
            // but the clause was cut before it.
            index += 1;
            continue;
        };
        // "which he denied", "what the mayor says": the subject stands after the word that joins the clause.
        if WH.contains(&token.key)
            && chunk.end == index + 1
            && let Some(inner) = chunk_at(tokens, index + 1, clause.end)
        {
            return Some(inner);
        }
        if !governed {
            return Some(inner_subject(tokens, &chunk, clause.end).unwrap_or(chunk));
        }
        governed = false;
        index = chunk.end;
    }
    None
}

/// "a step | the senator said": two noun phrases without anything between them, or a capital "The" after a small noun (a
/// full stop was lost): the second has the verb.
fn inner_subject(tokens: &[Token], outer: &Chunk, end: usize) -> Option<Chunk> {
    (outer.end..end).rev().take(LONGEST_INNER).find_map(|first| {
        let token = at(tokens, first).filter(|token| token.is_word() && token.has(word::DETERMINER))?;
        let before = at(tokens, first - 1).filter(|before| before.is_word() && !before.is(form::CAPITALISED))?;
        let noun = is_nounish(before) && !before.is(form::ED | form::ING);
        let apart = first == outer.end || WH.contains(&before.key) || token.is(form::CAPITALISED) && noun;
        let inner = chunk_at(tokens, first, end).filter(|_| apart)?;
        (inner.end == end && inner.sort.speaks()).then_some(inner)
    })
}

/// A subject inside a clause has no more words than this.
const LONGEST_INNER: usize = 6;

/// "some", "two-thirds", "percent": what stands before "of" and takes part of a whole.
pub fn is_quantity(token: &Token) -> bool {
    token.kind == TokenKind::Number
        || token.kind == TokenKind::Percent
        || token.has(word::NUMBER_WORD)
        || NOBODY.contains(&token.key)
        || PARTS.contains(&token.key)
}

/// True for a word or a number that a chunk may begin with.
pub fn begins_chunk(token: &Token) -> bool {
    let named = word::PRONOUN_PERSON
        | word::PRONOUN_FIRST
        | word::PRONOUN_OTHER
        | word::DETERMINER
        | word::NUMBER_WORD
        | word::COLLECTIVE_NOUN;
    token.kind == TokenKind::Number
        || token.has(named)
        || is_nounish(token)
        || token.key == WHO
        || NOBODY.contains(&token.key)
}

/// "eight of 10", "nine in ten": how many of how many.
pub fn is_out_of(three: &[Token]) -> bool {
    let number = |token: &Token| token.kind == TokenKind::Number || token.has(word::NUMBER_WORD);
    matches!(three, [a, of, b] if number(a) && OUT_OF.contains(&of.key) && number(b))
}

/// The chunk that begins at `first`, if one does: determiner, modifiers, head.
pub fn chunk_at(tokens: &[Token], first: usize, limit: usize) -> Option<Chunk> {
    let token = at(tokens, first).filter(|token| begins_chunk(token))?;
    // "some of his allies": the allies, whatever their number.
    if at(tokens, first + 1).is_some_and(|next| first + 1 < limit && LINKS.contains(&next.key)) && is_quantity(token) {
        return None;
    }
    if token.is_word() && !token.is(form::POSSESSIVE) && !is_capital_name(tokens, first) {
        let sort = if token.has(word::PRONOUN_PERSON) && !token.has(word::DETERMINER) || token.key == WHO {
            Some(Sort::Pronoun)
        } else if token.has(word::PRONOUN_FIRST) && !token.has(word::DETERMINER) {
            Some(Sort::Writer)
        } else if token.has(word::PRONOUN_OTHER)
            && !at(tokens, first + 1).filter(|_| first + 1 < limit).is_some_and(is_nounish)
        {
            Some(Sort::It)
        } else {
            None
        };
        if let Some(sort) = sort {
            return Some(Chunk { first, end: first + 1, head: first, sort, definite: true, described: false });
        }
    }
    let mut index = first;
    let mut definite = false;
    let mut modifiers = 0u32;
    while index < limit
        && let Some(token) = at(tokens, index)
    {
        let quantifier = token.has(word::NUMBER_WORD) || token.kind == TokenKind::Number;
        let determiner = token.is_word()
            && (token.has(word::DETERMINER)
                || NOBODY.contains(&token.key) && at(tokens, index + 1).is_some_and(is_nounish));
        if !determiner && !quantifier {
            break;
        }
        definite |= THE.contains(&token.key);
        index += 1;
    }
    let start_of_nouns = index;
    let mut head = None;
    while index < limit
        && let Some(token) = at(tokens, index)
    {
        // "Mr. Smith", "J. Edgar Hoover": a dot inside a name.
        if token.kind == TokenKind::Stop {
            let before = index.checked_sub(1).and_then(|before| at(tokens, before));
            let inside = before
                .is_some_and(|b| b.is_word() && (b.has(word::HONORIFIC | word::ABBREVIATION) || b.end - b.start == 1));
            if inside && index > start_of_nouns {
                index += 1;
                continue;
            }
            break;
        }
        if is_plural_possessive(tokens, index, limit) && index > start_of_nouns {
            index += 1;
            continue;
        }
        if !is_nounish(token) {
            // "the company's own survey".
            let owned = token.key == OWN && index > start_of_nouns;
            // "Secretary of State Antony Blinken", "Bank of England".
            let joins = LINKS.contains(&token.key)
                && index > start_of_nouns
                && at(tokens, index - 1).is_some_and(|before| before.is(form::CAPITALISED))
                && index + 1 < limit
                && at(tokens, index + 1).is_some_and(|next| next.is(form::CAPITALISED) && next.is_word());
            if joins || owned {
                index += 1;
                continue;
            }
            break;
        }
        // "a man arrested in May", "the firm named Monday": a participle after the head begins what describes it.
        let participle = token.is(form::ED) && !token.is(form::CAPITALISED) && head.is_some();
        if participle {
            break;
        }
        if sort_of(tokens, index).is_some() {
            head = Some(index);
        }
        modifiers += 1;
        index += 1;
    }
    if index == start_of_nouns {
        // "some", "many", "others" alone.
        if start_of_nouns > first && at(tokens, first).is_some_and(|t| t.has(word::COLLECTIVE_NOUN)) {
            return Some(Chunk {
                first,
                end: start_of_nouns,
                head: first,
                sort: Sort::Collective,
                definite: false,
                described: false,
            });
        }
        return None;
    }
    let head = head.unwrap_or(index - 1);
    let sort = sort_of(tokens, head).unwrap_or(Sort::Other);
    Some(Chunk { first, end: index, head, sort, definite, described: modifiers > 1 })
}

/// The owner in "the company's plan": the chunk from `first` that ends with the possessive before `end`.
pub fn chunk_before_possessive(tokens: &[Token], first: usize, end: usize) -> Option<Chunk> {
    let chunk = chunk_at(tokens, first, end)?;
    let head = end.checked_sub(1)?;
    let sort = match chunk.sort {
        Sort::Other if at(tokens, head).is_some_and(|owner| owner.is(form::CAPITALISED)) => Sort::Name,
        sort => sort,
    };
    (chunk.end == end).then_some(Chunk { head, sort, ..chunk })
}

/// "his", "their": whoever owns what follows.
pub fn pronoun(tokens: &[Token], index: usize) -> Option<Chunk> {
    let token = at(tokens, index)?;
    let sort = match token.has(word::PRONOUN_OTHER) {
        _ if !token.has(word::PRONOUN_PERSON | word::PRONOUN_OTHER | word::DETERMINER) => return None,
        true => Sort::It,
        false => Sort::Pronoun,
    };
    Some(Chunk { first: index, end: index + 1, head: index, sort, definite: true, described: false })
}

/// The mark in "the workers' rights group": a plural owns what follows.
fn is_plural_possessive(tokens: &[Token], index: usize, limit: usize) -> bool {
    let (Some(mark), Some(next)) = (at(tokens, index), at(tokens, index + 1).filter(|_| index + 1 < limit)) else {
        return false;
    };
    matches!(mark.kind, TokenKind::CloseSingle | TokenKind::StraightSingle)
        && !mark.is(form::SPACE_BEFORE)
        && index > 0
        && at(tokens, index - 1).is_some_and(|owner| owner.is_word() && owner.is(form::S))
        && next.is(form::SPACE_BEFORE)
        && is_nounish(next)
}

fn is_capital_name(tokens: &[Token], index: usize) -> bool {
    at(tokens, index).is_some_and(|token| token.is(form::ALL_CAPS) && !token.has(word::STOP))
}

/// A word that may stand in a noun chunk.
fn is_nounish(token: &Token) -> bool {
    match token.kind {
        // "a study published Wednesday": a day names nobody.
        TokenKind::Word if token.is(form::CAPITALISED) && token.has(word::WEEKDAY | word::MONTH) => false,
        TokenKind::Word => {
            let source = word::ANONYMOUS_NOUN
                | word::BYSTANDER_NOUN
                | word::COLLECTIVE_NOUN
                | word::DOCUMENT_NOUN
                | word::ROLE_NOUN
                | word::ORGANISATION_NOUN
                | word::METONYM;
            token.has(source)
                || token.is(form::CAPITALISED) && !token.has(word::STOP)
                || token.is(form::ALL_CAPS)
                || !token.has(
                    word::STOP
                        | word::PREPOSITION
                        | word::CONJUNCTION
                        | word::AUXILIARY
                        | word::PRONOUN_PERSON
                        | word::PRONOUN_FIRST
                        | word::PRONOUN_OTHER
                        | word::NEGATION
                        | word::IRREGULAR_PAST,
                ) && !token.is(form::LY)
        }
        _ => false,
    }
}

/// What kind of head a word makes, if it is one that names a source.
fn sort_of(tokens: &[Token], index: usize) -> Option<Sort> {
    let token = at(tokens, index)?;
    // A capital at the beginning of a sentence says nothing.
    let begins = index == 0 || at(tokens, index - 1).is_some_and(|before| !before.is_word() || before.is(form::DOTTED));
    let listed =
        word::ANONYMOUS_NOUN | word::BYSTANDER_NOUN | word::DOCUMENT_NOUN | word::ROLE_NOUN | word::ORGANISATION_NOUN;
    let capital = token.is(form::CAPITALISED) && !(begins && token.has(listed) && !next_is_capital(tokens, index));
    if !token.is(form::POSSESSIVE) {
        if token.has(word::ANONYMOUS_NOUN) && !capital {
            return Some(Sort::Anonymous);
        }
        if token.has(word::BYSTANDER_NOUN) && !capital {
            return Some(Sort::Bystander);
        }
        if token.has(word::COLLECTIVE_NOUN)
            && !(capital && index > 0 && at(tokens, index - 1).is_some_and(|b| b.is(form::CAPITALISED)))
        {
            return Some(Sort::Collective);
        }
        if token.has(word::DOCUMENT_NOUN) && !capital {
            return Some(Sort::Document);
        }
        if token.has(word::ROLE_NOUN) && !capital {
            return Some(Sort::Role);
        }
        if token.has(word::ORGANISATION_NOUN) && !capital {
            return Some(Sort::Organisation);
        }
        if token.has(word::NATIONALITY) && !token.has(word::METONYM) && !follows_capital(tokens, index) {
            return Some(Sort::Epithet);
        }
        // "Surely" is no name.
        let adverb = begins && token.is(form::LY) && !token.has(word::GIVEN_NAME);
        if capital && !token.has(word::STOP) && !adverb || token.is(form::ALL_CAPS) {
            return Some(Sort::Name);
        }
    }
    None
}

fn next_is_capital(tokens: &[Token], index: usize) -> bool {
    at(tokens, index + 1).is_some_and(|next| next.is_word() && next.is(form::CAPITALISED))
}

fn follows_capital(tokens: &[Token], index: usize) -> bool {
    index > 0
        && at(tokens, index - 1)
            .is_some_and(|before| before.is_word() && before.is(form::CAPITALISED) && !before.has(word::STOP))
}

/// True if words right after the chunk describe it: "officials familiar with the talks", "a source
/// close to the family", "people who were there", "officials in the ministry".
pub fn is_described_after(tokens: &[Token], chunk: &Chunk, limit: usize) -> bool {
    let Some(next) = at(tokens, chunk.end).filter(|_| chunk.end < limit) else {
        return false;
    };
    // "Advisers to Mr. Hale", "an aide to the mayor"; "officials to say" has a verb there.
    let served = is_to(next)
        && chunk.end + 1 < limit
        && at(tokens, chunk.end + 1).is_some_and(|whom| whom.is(form::CAPITALISED) || whom.has(word::DETERMINER));
    next.is_word() && (next.has(word::PREPOSITION) && !is_to(next) || served || next.key == WHO || next.is(form::ED))
}

/// The kind of source a chunk is, before pronouns and epithets are resolved.
pub fn kind_of(tokens: &[Token], chunk: &Chunk, described_after: bool) -> SourceKind {
    let words = tokens.get(chunk.first..chunk.end).unwrap_or_default();
    match chunk.sort {
        Sort::Name => name_kind(words),
        Sort::Document => SourceKind::Document,
        Sort::Organisation => SourceKind::Organisation,
        // "the official" points back to one who was described; "officials" and "the source" to nobody.
        Sort::Anonymous
            if chunk.described
                || described_after
                || chunk.definite && !at(tokens, chunk.head).is_some_and(|head| UNDESCRIBED.contains(&head.key)) =>
        {
            SourceKind::DescribedAnonymous
        }
        Sort::Anonymous => SourceKind::BareAnonymous,
        // "his supporters", "Oxford researchers": a group one could find.
        Sort::Collective
            if chunk.definite
                || words
                    .iter()
                    .any(|token| token.is(form::CAPITALISED) && !token.has(word::STOP | word::COLLECTIVE_NOUN)) =>
        {
            SourceKind::DescribedAnonymous
        }
        // "supporters in Congress": where one could find them.
        Sort::Collective
            if tokens.get(chunk.end..chunk.end + 3).is_some_and(|next| {
                matches!(next, [at, rest @ ..] if at.has(word::PREPOSITION)
                    && rest.iter().any(|token| token.is(form::CAPITALISED) && token.is_word() && !token.has(word::STOP)))
            }) =>
        {
            SourceKind::DescribedAnonymous
        }
        Sort::Collective => SourceKind::Collective,
        Sort::Role => {
            // "a ministry spokesman", "the NATO chief": an office of a named body.
            let of = at(tokens, chunk.end).is_some_and(|next| LINKS.contains(&next.key));
            let of_body = of
                && tokens
                    .get(chunk.end + 1..chunk.end + 5)
                    .unwrap_or_default()
                    .iter()
                    .any(|token| token.is(form::CAPITALISED) || token.has(word::ORGANISATION_NOUN | word::METONYM));
            let office = of_body
                || words.iter().any(|token| {
                    token.is(form::CAPITALISED) && !token.has(word::STOP)
                        || token.has(word::ORGANISATION_NOUN | word::METONYM | word::NATIONALITY)
                });
            // "both candidates": two whom the text has named.
            let both = words.first().is_some_and(|first| first.key == BOTH);
            if office || chunk.definite || both { SourceKind::Organisation } else { SourceKind::DescribedAnonymous }
        }
        Sort::Bystander | Sort::Other => SourceKind::DescribedAnonymous,
        Sort::Pronoun | Sort::It | Sort::Writer | Sort::Epithet => SourceKind::Unresolved,
    }
}

/// Person or organisation, by the words of the name.
fn name_kind(words: &[Token]) -> SourceKind {
    let names = || words.iter().filter(|token| token.is_word());
    let body = |token: &Token| token.has(word::METONYM | word::ORGANISATION_NOUN) || token.is(form::ALL_CAPS);
    let last = names().next_back();
    // "The Justice Department", "Tarrant Foods Inc.", "the U.S. Department of Justice".
    if last.is_some_and(|token| body(token) || token.has(word::ABBREVIATION_FINAL))
        || names().any(|token| token.has(word::ORGANISATION_NOUN)) && !names().any(|token| token.has(word::GIVEN_NAME))
    {
        return SourceKind::Organisation;
    }
    // A role or a title before a name makes it a person's: "Secretary General Jens Stoltenberg".
    if names().any(|token| token.has(word::HONORIFIC | word::GIVEN_NAME | word::ROLE_NOUN)) {
        return SourceKind::Person;
    }
    if last.is_some_and(|token| token.has(word::DOCUMENT_NOUN)) {
        return SourceKind::Document;
    }
    // Two capitals are a person's name more often than not; three are not.
    if names().filter(|token| token.is(form::CAPITALISED)).count() <= 2 {
        SourceKind::Person
    } else {
        SourceKind::Organisation
    }
}
