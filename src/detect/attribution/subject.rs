//! The subject a reporting verb belongs to.

use std::ops::Range;

use crate::lexicon::word;
use crate::text::{KeySet, Token, TokenKind, form, word_key};

use super::super::quotation;
use super::super::source::{self, Chunk, Sort};
use super::memo::Asked;
use super::reader::Reader;
use super::verbs::{TELL, THAT, TO};
use super::{Act, VerbSort};

impl Reader<'_, '_> {
    /// "X was accused by Y", "reported by the Times": the agent after "by".
    pub(super) fn agent_of_passive(&self, range: &Range<usize>, verb: usize, verb_end: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let token = tokens.get(verb)?;
        if !token.is(form::ED) && !token.has(word::IRREGULAR_PAST) {
            return None;
        }
        let by = tokens.get(verb_end).filter(|_| verb_end < range.end)?;
        if by.key != BY {
            return None;
        }
        source::chunk_at(tokens, verb_end + 1, range.end)
    }

    /// "..., adding that": the speaker of the sentence goes on.
    pub(super) fn participle_subject(&self, range: &Range<usize>, verb: usize, first_here: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        // "Officers responding to an alarm": without a comma it belongs to the noun.
        let apart = verb.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        if apart.is_some_and(|before| {
            before.is_word() && !before.has(word::CONJUNCTION | word::PREPOSITION) && !before.is(form::LY)
        }) {
            return self.modified(range, verb);
        }
        // "attacked her for her support of the war, saying": who did the act before, not who has the support.
        let here = self.found.all.get(first_here..).unwrap_or_default();
        let act = here
            .iter()
            .rev()
            .take(NOUNS_BETWEEN)
            .find(|found| found.verb != VerbSort::Frame || found.act == Act::Report);
        if let Some(previous) = act
            && let Some(source) = previous.source.clone()
        {
            return source::chunk_at(tokens, source.start as usize, source.end as usize);
        }
        if verb == range.start {
            // "Warning that ..., X said": the verb that follows will find its own subject.
            return None;
        }
        self.sentence_subject(range, verb)
    }

    /// "a poll | showing", "a letter | urging": the document that a participle right after it describes.
    fn modified(&self, range: &Range<usize>, verb: usize) -> Option<Chunk> {
        let head = verb.checked_sub(1).filter(|at| *at >= range.start)?;
        self.document.tokens.get(head).filter(|token| token.has(word::DOCUMENT_NOUN))?;
        self.chunk_ending(range, verb).filter(|chunk| chunk.sort == Sort::Document)
    }

    /// "a man | calling for change": the noun phrase that stands right before.
    pub(super) fn chunk_ending(&self, range: &Range<usize>, end: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let least = range.start.max(end.saturating_sub(LONGEST_NAME));
        let chunks = (least..end).filter_map(|first| source::chunk_at(tokens, first, end));
        chunks.into_iter().find(|chunk| chunk.end == end)
    }

    /// "continued to say", "began calling", "went on to praise": the verb that says when or whether the act was done, and
    /// has its subject.
    pub(super) fn phase_verb(&self, range: &Range<usize>, verb: usize) -> Option<usize> {
        let tokens = &self.document.tokens;
        let at = |by: usize| verb.checked_sub(by).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        let before = at(1)?;
        if before.key == TO {
            let phase = at(2)?;
            let went = phase.key == ON && at(3).is_some_and(|went| WENT.contains(&went.key));
            return (went || PHASES.contains(&phase.key)).then(|| verb - 2 - usize::from(went));
        }
        let phase = tokens.get(verb).is_some_and(|token| token.is(form::ING)) && STARTS.contains(&before.key);
        phase.then(|| verb - 1)
    }

    /// The subject of a verb of phase.
    pub(super) fn phase_subject(&self, range: &Range<usize>, phase: usize, first_here: usize) -> Option<Chunk> {
        let token = self.document.tokens.get(phase)?;
        if token.is(form::ING) && !self.has_progressive(range, phase) {
            return self.participle_subject(range, phase, first_here);
        }
        self.left_subject(range, phase, first_here)
    }

    /// The subject of the sentence: of its first clause, or of the one after an opening phrase.
    pub(super) fn sentence_subject(&self, range: &Range<usize>, before: usize) -> Option<Chunk> {
        self.first_subject(range, before).filter(|chunk| chunk.sort.speaks())
    }

    /// The same, whether it can speak or not.
    pub(super) fn first_subject(&self, range: &Range<usize>, before: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let mut start = range.start;
        while start < before {
            let mut end = start;
            while end < before && tokens.get(end).is_some_and(|token| token.kind != TokenKind::Comma) {
                end += 1;
            }
            // "Eight years ago, she left and said": when it was is no subject.
            let is_time = |chunk: &Chunk| tokens.get(chunk.head).is_some_and(|head| TIMES.contains(&head.key));
            if let Some(chunk) = self.memo.subject(tokens, start..end).filter(|chunk| !is_time(chunk)) {
                return (chunk.end <= before).then_some(chunk);
            }
            start = end + 1;
        }
        None
    }

    /// "..., said Jane Doe": the subject after the verb.
    pub(super) fn inverted(&self, range: &Range<usize>, verb: usize, verb_end: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let before = verb.checked_sub(1).filter(|before| *before >= range.start).and_then(|before| tokens.get(before));
        let after_content = before.is_none_or(|before| {
            matches!(
                before.kind,
                TokenKind::Comma
                    | TokenKind::CloseQuote
                    | TokenKind::StraightQuote
                    | TokenKind::CloseSingle
                    | TokenKind::OpenSingle
                    | TokenKind::StraightSingle
                    | TokenKind::Dash
                    | TokenKind::OpenQuote
            ) || before.is_terminal()
        });
        if !after_content {
            return None;
        }
        // ", said that patients wait" has its speaker before it, and whom somebody told is no speaker.
        let that = tokens.get(verb_end).is_some_and(|token| token.key == THAT);
        let told = tokens.get(verb).is_some_and(|token| TELL.contains(&token.key));
        if that || told {
            return None;
        }
        // A mark that closes a quotation, right after the comma or the stop of what was said.
        let spoken = before.is_some_and(|before| before.is_closer() || before.is(form::QUOTED))
            && (verb == range.start || self.title_before(verb - 1).is_none());
        let said = spoken
            && verb
                .checked_sub(2)
                .filter(|at| *at >= range.start)
                .and_then(|at| tokens.get(at))
                .is_some_and(|inner| inner.kind == TokenKind::Comma || inner.is_terminal());
        // The comma of "Jane Doe, the mayor, said" closes no content.
        if verb > range.start && !said && !self.is_clause(range.start, verb) {
            return None;
        }
        // "said one of the two witnesses": the witnesses speak.
        let one_of = tokens.get(verb_end).is_some_and(|one| one.key == ONE)
            && tokens.get(verb_end + 1).is_some_and(|of| of.key == OF);
        let chunk = source::chunk_at(tokens, verb_end + 2 * usize::from(one_of), range.end)?;
        // "said Amazon had cut jobs", "denied killing three": what follows is reported, and speaks not.
        let after = tokens.get(chunk.end).filter(|_| chunk.end < range.end);
        // "said an adviser to the king": no infinitive.
        let adviser_to =
            |at: usize| tokens.get(at).is_some_and(|next| next.is(form::CAPITALISED) || next.has(word::DETERMINER));
        let goes_on = after.is_some_and(|next| {
            next.is_word()
                && (next.has(word::AUXILIARY | word::IRREGULAR_PAST | word::NEGATION)
                    || next.is(form::ED) && !said
                    || next.key == TO && !adviser_to(chunk.end + 1))
        });
        let gerund = tokens.get(chunk.first).is_some_and(|first| first.is(form::ING));
        let whole = chunk.head + 1 == chunk.end;
        // "..., said a longtime friend of both": after a quotation whoever says it may be anybody.
        let anybody = (chunk.sort == Sort::Other || chunk.sort.speaks() && said)
            && spoken
            && tokens.get(chunk.first).is_some_and(|first| first.has(word::DETERMINER | word::NUMBER_WORD));
        ((chunk.sort.speaks() || anybody) && (whole || anybody && said) && !goes_on && !gerund).then_some(chunk)
    }

    /// "a doctor on 'The Long Night,' said": where the title opens that these marks close, a show's or a book's, capital by
    /// capital.
    fn title_before(&self, close: usize) -> Option<usize> {
        let after = self.document.quotes.partition_point(|quote| quote.first as usize <= close);
        let quote = after.checked_sub(1).and_then(|at| self.document.quotes.get(at))?;
        let closed_here = (quote.end as usize).abs_diff(close) <= 1 && quote.words > 1;
        let title = closed_here && quotation::is_title(self.document, quote);
        title.then_some((quote.first as usize).saturating_sub(1))
    }

    /// The subject before the verb, over auxiliaries, adverbs and an apposition.
    pub(super) fn left_subject(&self, range: &Range<usize>, verb: usize, first_here: usize) -> Option<Chunk> {
        let asked = Asked { sentence: range.start, verb, first_here, relations: self.found.all.len() };
        self.memo.left_subject(asked, || self.find_left_subject(range, verb, first_here))
    }

    fn find_left_subject(&self, range: &Range<usize>, verb: usize, first_here: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let mut end = source::before_auxiliaries(tokens, range, verb);
        // "The mayor, a doctor, on Tuesday called": the day stands between the subject and its verb.
        let dated = end >= range.start + 3
            && tokens.get(end - 1).is_some_and(|day| day.has(word::WEEKDAY))
            && tokens.get(end - 2).is_some_and(|on| on.key == ON);
        if dated {
            end = source::before_auxiliaries(tokens, range, end - 2);
        }
        let last = end.checked_sub(1).filter(|last| *last >= range.start).and_then(|last| tokens.get(last))?;
        if source::is_contracted(last) {
            let (first, sort) = (end - 1, Sort::Pronoun);
            return Some(Chunk { first, end, head: first, sort, definite: true, described: false });
        }
        // "the letter he wrote": a pronoun right before its verb is its subject.
        if NOMINATIVE.contains(&last.key)
            && let Some(pronoun) = source::chunk_at(tokens, end - 1, end)
        {
            return Some(pronoun);
        }
        let mut start;
        let marked = last.kind == TokenKind::StraightQuote || last.is_closer();
        let title = if marked { self.title_before(end - 1).filter(|open| *open > range.start) } else { None };
        let closing = if title.is_some() { TokenKind::Comma } else { last.kind };
        if title.is_some() || matches!(last.kind, TokenKind::Comma | TokenKind::Dash | TokenKind::CloseBracket) {
            // "Jane Doe, a spokeswoman for the ministry, said": the name stands before the apposition.
            end = title.unwrap_or(end - 1);
            let mut open = end;
            while open > range.start && tokens.get(open - 1).is_some_and(|token| !opens_apposition(token, closing)) {
                open -= 1;
            }
            if open <= range.start {
                start = source::clause_start(tokens, range, end);
            } else {
                end = self.before_details(range, open - 1);
                start = source::clause_start(tokens, range, end);
            }
        } else {
            start = source::clause_start(tokens, range, end);
            // "Smith, who said": the name stands before the relative clause.
            let relative = start + 1 == end && tokens.get(start).is_some_and(is_who);
            let after_comma =
                start > range.start && tokens.get(start - 1).is_some_and(|token| token.kind == TokenKind::Comma);
            if relative && after_comma {
                end = start - 1;
                start = source::clause_start(tokens, range, end);
            }
        }
        // "Jane Doe, 22, of Flint, Mich., said": an age and a home between the name and its verb.
        for _ in 0..DETAILS {
            let detail = start > range.start
                && tokens.get(start - 1).is_some_and(|token| token.kind == TokenKind::Comma)
                && tokens.get(start).is_some_and(|token| {
                    start < end
                        && (token.has(word::PREPOSITION) && !token.is(form::CAPITALISED)
                            || token.kind == TokenKind::Number && start + 1 == end)
                });
            if !detail {
                break;
            }
            end = self.before_details(range, start - 1);
            start = source::clause_start(tokens, range, end);
        }
        // "as the daily first reported", "even after she asked": here the preposition joins a clause, and governs nothing.
        let joins = (start..end.min(start + 2))
            .find(|&at| tokens.get(at).is_some_and(|token| SUBORDINATORS.contains(&token.key)));
        if let Some(joins) = joins
            && let Some(chunk) = source::chunk_at(tokens, joins + 1, end).filter(|chunk| chunk.end == end)
            && (chunk.sort.speaks() || chunk.definite)
        {
            return Some(chunk);
        }
        // "A source said a contractor had offered": what follows an earlier report has a subject of its own.
        let reported =
            self.found.all.get(first_here..).and_then(<[_]>::last).map_or(start, |before| before.cue.end as usize);
        // "told the Times that Carter believes": what "that" opens has a subject of its own.
        let that = (reported.max(start)..end).rev().find(|&at| tokens.get(at).is_some_and(|token| token.key == THAT));
        let reported = that.filter(|that| *that > start && *that + 1 < end).map_or(reported, |that| that + 1);
        if reported > start
            && let Some(chunk) = self.memo.subject(tokens, reported..end)
            && (chunk.sort.speaks() || tokens.get(chunk.first).is_some_and(|first| first.has(word::DETERMINER)))
        {
            return Some(self.named_in_apposition(range, chunk));
        }
        if let Some(chunk) = self.memo.subject(tokens, start..end) {
            return Some(self.named_in_apposition(range, chunk));
        }
        // "At the convention Sen. Jane Doe said": a title begins the speaker's name, whatever governs what stands before.
        let titled = (start..end).rev().take(LONGEST_NAME).find(|&at| {
            tokens.get(at).is_some_and(|token| {
                token.has(word::HONORIFIC | word::ROLE_NOUN) && token.is(form::CAPITALISED) && token.is_word()
            })
        });
        if let Some(chunk) = titled.and_then(|at| source::chunk_at(tokens, at, end)).filter(|chunk| chunk.end == end)
            && chunk.sort == Sort::Name
        {
            return Some(chunk);
        }
        // "X visited the plant and said": a coordinated verb shares the subject of the clause before.
        let joined = start > range.start && tokens.get(start - 1).is_some_and(|token| token.has(word::CONJUNCTION));
        if !joined || end > start {
            return None;
        }
        self.sentence_subject(range, start - 1)
    }

    /// "Jane Doe, 21, | a student, said", "Doe (D-Md.), | the chair, said": where the name ends before an age and a
    /// bracket.
    fn before_details(&self, range: &Range<usize>, end: usize) -> usize {
        let tokens = &self.document.tokens;
        let kind = |at: usize| tokens.get(at).map(|token| token.kind);
        let mut end = end;
        if end > range.start + 2 && kind(end - 1) == Some(TokenKind::Number) && kind(end - 2) == Some(TokenKind::Comma)
        {
            end -= 2;
        }
        if end > range.start && kind(end - 1) == Some(TokenKind::CloseBracket) {
            let least = range.start.max(end.saturating_sub(LONGEST_BRACKET));
            let open = (least..end).rev().find(|at| kind(*at) == Some(TokenKind::OpenBracket));
            end = open.filter(|open| *open > range.start).unwrap_or(end);
        }
        end
    }

    /// "The mayor, Jane Doe, said": the office is named in the apposition.
    pub(super) fn named_in_apposition(&self, range: &Range<usize>, chunk: Chunk) -> Chunk {
        let tokens = &self.document.tokens;
        if !matches!(chunk.sort, Sort::Role | Sort::Epithet | Sort::Bystander) {
            return chunk;
        }
        // "The secretary of the rail union, Jane Doe": the comma may follow what the office is of.
        let limit = (chunk.end + 8).min(range.end);
        let comma = (chunk.end..limit).find(|&at| tokens.get(at).is_some_and(|token| !token.is_word()));
        let Some(comma) = comma.filter(|&at| tokens.get(at).is_some_and(|token| token.kind == TokenKind::Comma)) else {
            return chunk;
        };
        match source::chunk_at(tokens, comma + 1, range.end) {
            Some(named) if named.sort == Sort::Name => named,
            _ => chunk,
        }
    }
}

static WHO: KeySet<2> = KeySet::new(["who", "which"]);

fn is_who(token: &Token) -> bool {
    WHO.contains(&token.key)
}

fn opens_apposition(token: &Token, close: TokenKind) -> bool {
    match close {
        TokenKind::CloseBracket => token.kind == TokenKind::OpenBracket,
        kind => token.kind == kind,
    }
}

static NOMINATIVE: KeySet<6> = KeySet::new(["he", "she", "they", "we", "i", "you"]);
/// A noun phrase before its participle, or a name with its title, has no more words than this.
const LONGEST_NAME: usize = 5;
/// A bracket after a name holds no more tokens than this.
const LONGEST_BRACKET: usize = 8;
/// Nouns with their matter between an act and the participle that goes on from it.
const NOUNS_BETWEEN: usize = 6;
/// An age, a home and a state.
const DETAILS: usize = 3;
static SUBORDINATORS: KeySet<6> = KeySet::new(["as", "after", "before", "since", "until", "than"]);
static TIMES: KeySet<16> = KeySet::new([
    "year",
    "years",
    "month",
    "months",
    "week",
    "weeks",
    "day",
    "days",
    "night",
    "morning",
    "evening",
    "afternoon",
    "weekend",
    "hour",
    "hours",
    "minutes",
]);
static WENT: KeySet<4> = KeySet::new(["went", "goes", "go", "going"]);
static PHASES: KeySet<14> = KeySet::new([
    "continued",
    "continues",
    "continue",
    "continuing",
    "began",
    "begins",
    "begun",
    "started",
    "starts",
    "tried",
    "tries",
    "try",
    "trying",
    "attempted",
]);
static STARTS: KeySet<9> =
    KeySet::new(["began", "begins", "begun", "started", "starts", "kept", "keeps", "continued", "continues"]);
const ON: u64 = word_key("on");
const OF: u64 = word_key("of");
const ONE: u64 = word_key("one");
const BY: u64 = word_key("by");
