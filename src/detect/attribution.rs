//! Attribution: who is said to have said what.
//!
//! A relation has a source, a cue and a content. Cues are reporting verbs (said, warned, claims),
//! frames ("according to") and phrases that report for nobody ("it is believed"). The source is the
//! verb's subject, before it or after it, or the noun phrase of the frame; pronouns and epithets are
//! carried over to the last named source.

use std::ops::Range;

use crate::lexicon::{CueClass, word};
use crate::report::{SourceKind, Voice};
use crate::text::{ByteSpan, Cue, Document, Sentence, Token, TokenKind, form, phrase_key, word_key, word_keys};

use super::margin::Margin;
use super::source::{self, Chunk, Sort};

/// One relation. Ranges are token indices of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attribution {
    pub sentence: u32,
    pub cue: Range<u32>,
    /// Absent where the source is only implied ("it is believed").
    pub source: Option<Range<u32>>,
    /// What is reported: before the source, after the cue, or both.
    pub content: [Option<Range<u32>>; 2],
    pub kind: SourceKind,
    /// The words that name the source where it was first named; for pronouns, those of their antecedent.
    pub key: Option<Range<u32>>,
    /// Equal for all mentions of one source; 0 if unresolved.
    pub key_hash: u64,
    pub verb: VerbSort,
    /// The cue itself stands inside a quotation.
    pub voice: Voice,
    /// The content holds quoted words.
    pub quoted: bool,
}

impl Attribution {
    /// A named person, office or organisation, or a document: a source a reader could go to.
    #[must_use]
    pub fn is_named(&self) -> bool {
        matches!(self.kind, SourceKind::Person | SourceKind::Organisation | SourceKind::Document)
    }
}

/// What the cue commits the writer to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerbSort {
    Neutral,
    /// Presupposes that the content is true, or judges it (revealed, admitted, claimed).
    Judging,
    /// No verb: a frame or an impersonal phrase.
    Frame,
}

/// A distinct source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    pub key_hash: u64,
    pub kind: SourceKind,
    /// Its first attribution carries a role, an occasion, an outlet, a place or a date.
    pub anchored: bool,
    pub attributions: u32,
}

/// All relations of a document.
#[derive(Debug, Default)]
pub struct Attributions {
    /// In order of their cues.
    pub all: Vec<Attribution>,
    /// One for each sentence: the range of `all`.
    pub by_sentence: Vec<Range<u32>>,
    /// In order of their first mention.
    pub sources: Vec<Source>,
    /// Body sentences with an attribution, of any kind, to a named source, or to a bare one.
    pub attributed_sentences: u32,
    pub named_sentences: u32,
    pub bare_anonymous: u32,
    pub weasel_sentences: u32,
    pub report_verbs: u32,
    pub judging_verbs: u32,
    pub documents: u32,
}

impl Attributions {
    /// The relations of one sentence.
    #[must_use]
    pub fn of(&self, sentence: usize) -> &[Attribution] {
        let range = self.by_sentence.get(sentence).cloned().unwrap_or_default();
        self.all.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// True if the token lies in what an own-voice attribution of its sentence reports.
    #[must_use]
    pub fn covers_token(&self, sentence: usize, token: u32) -> bool {
        self.of(sentence)
            .iter()
            .filter(|attribution| attribution.voice == Voice::Own)
            .any(|attribution| attribution.content.iter().flatten().any(|content| content.contains(&token)))
    }

    /// True if the sentence has an own-voice attribution.
    #[must_use]
    pub fn covers(&self, sentence: usize) -> bool {
        self.of(sentence).iter().any(|attribution| attribution.voice == Voice::Own)
    }
}

/// Finds attributions.
#[must_use]
pub fn detect(document: &Document<'_>, margin: &mut Margin) -> Attributions {
    let mut reader = Reader { document, known: Known::default(), found: Attributions::default() };
    for (index, sentence) in document.sentences.iter().enumerate() {
        let first = reader.found.all.len() as u32;
        if sentence.body {
            reader.known.note_names(document, sentence);
            reader.sentence(index, sentence);
            reader.known.note_subject(document, sentence);
        }
        reader.found.by_sentence.push(first..reader.found.all.len() as u32);
    }
    let mut found = reader.found;
    excuse_lead_ins(document, &mut found);
    count(document, &mut found);
    mark(document, &found, margin);
    found
}

/// Names and sources met so far.
#[derive(Default)]
struct Known {
    /// Last person and last organisation that were a source, with the words that name them.
    person: Option<Mention>,
    organisation: Option<Mention>,
    /// Last person named at all, source or not.
    named: Option<Mention>,
    /// Last body that a sentence was about ("The company closed the mill.").
    subject: Option<Mention>,
    /// Last words of names read as a person's: key of the surname.
    people: hashbrown::HashMap<u64, ()>,
    /// Who was named with an office: key of the office's noun ("minister").
    offices: hashbrown::HashMap<u64, Mention>,
}

#[derive(Clone, Copy)]
struct Mention {
    key_hash: u64,
    first: u32,
    end: u32,
    kind: SourceKind,
    block: u32,
}

impl Known {
    /// What "it" may stand for.
    fn body(&self) -> Option<Mention> {
        match (self.organisation, self.subject) {
            (Some(source), Some(subject)) if subject.first > source.first => Some(subject),
            (source, subject) => source.or(subject),
        }
    }

    /// Learns what a sentence was about, once it is read.
    fn note_subject(&mut self, document: &Document<'_>, sentence: &Sentence) {
        let range = sentence.tokens();
        let Some(chunk) = source::subject(&document.tokens, range.start..(range.start + 12).min(range.end)) else {
            return;
        };
        let kind = source::kind_of(&document.tokens, &chunk, false);
        if matches!(kind, SourceKind::Organisation | SourceKind::Document) {
            self.subject = Some(Mention {
                key_hash: name_hash(document, &chunk),
                first: chunk.first as u32,
                end: chunk.end as u32,
                kind,
                block: sentence.block,
            });
        }
    }

    /// Learns who holds an office named right before or after a name: "Mayor Jane Doe", "Jane Doe, the
    /// treasurer of".
    fn note_office(&mut self, document: &Document<'_>, sentence: &Range<usize>, name: Range<usize>, mention: Mention) {
        let before =
            document.tokens.get(name.start.saturating_sub(4).max(sentence.start)..name.end).unwrap_or_default();
        let comma = document
            .tokens
            .get(name.end)
            .is_some_and(|token| name.end < sentence.end && token.kind == TokenKind::Comma);
        let after = if comma { (name.end + 1)..(name.end + 9).min(sentence.end) } else { 0..0 };
        let after = document.tokens.get(after).unwrap_or_default().iter().take_while(|token| token.is_word());
        // Nearest first: "the minister's spokesman, Jane Doe" is a spokesman.
        let office = |token: &Token| token.has(word::ROLE_NOUN) && !token.is(form::POSSESSIVE);
        let Some(held) = before.iter().rev().chain(after).find(|token| office(token)) else {
            return;
        };
        // A vice president is not "the president", and a former one no longer is.
        if !before.iter().any(|token| LESSER.contains(&token.key)) {
            self.offices.insert(held.key, mention);
        }
    }

    /// Learns surnames from full names ("Jens Stoltenberg") and titles ("Mr. Stoltenberg").
    fn note_names(&mut self, document: &Document<'_>, sentence: &Sentence) {
        let range = sentence.tokens();
        let mut at = range.start;
        while at < range.end {
            let Some(token) = document.tokens.get(at) else {
                return;
            };
            let capital = |at: usize| {
                document
                    .tokens
                    .get(at)
                    .is_some_and(|token| token.is_word() && token.is(form::CAPITALISED) && !token.has(word::STOP))
            };
            // "Jane Doe", "Mr. Doe", and after an office any two capitals: "its president Aldo Ferrant".
            let after_office = at > range.start
                && document.tokens.get(at - 1).is_some_and(|before| before.has(word::ROLE_NOUN))
                && capital(at + 1)
                && at + 1 < range.end;
            let begins = capital(at) && (token.has(word::GIVEN_NAME | word::HONORIFIC) || after_office);
            if !begins {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while let Some(next) = document.tokens.get(end).filter(|_| end < range.end) {
                let inside = next.is_word() && next.is(form::CAPITALISED) && !next.has(word::STOP)
                    || next.kind == TokenKind::Stop && !next.is(form::SPACE_BEFORE) && end + 1 < range.end;
                if !inside {
                    break;
                }
                let possessive = next.is(form::POSSESSIVE);
                end += 1;
                if possessive {
                    break;
                }
            }
            while end > at && document.tokens.get(end - 1).is_some_and(|token| token.kind == TokenKind::Stop) {
                end -= 1;
            }
            if end > at + 1
                && let Some(last) = document.tokens.get(end - 1)
            {
                if last.has(word::METONYM | word::NATIONALITY | word::ORGANISATION_NOUN) {
                    at = end;
                    continue;
                }
                self.people.insert(last.key, ());
                let mention = Mention {
                    key_hash: last.key,
                    first: at as u32,
                    end: end as u32,
                    kind: SourceKind::Person,
                    block: sentence.block,
                };
                self.note_office(document, &range, at..end, mention);
                self.named = Some(mention);
            }
            at = end;
        }
    }
}

struct Reader<'d, 'a> {
    document: &'d Document<'a>,
    known: Known,
    found: Attributions,
}

/// A source with its words and what it resolved to.
struct Resolved {
    chunk: Option<Chunk>,
    kind: SourceKind,
    key: Option<Range<u32>>,
    key_hash: u64,
}

impl Reader<'_, '_> {
    fn sentence(&mut self, index: usize, sentence: &Sentence) {
        let document = self.document;
        let range = sentence.tokens();
        let first = self.found.all.len();
        let cues = document.cues_of(sentence);
        let mut done = 0;
        // "asked not to be named", "declined to comment": how somebody was not quoted reports nothing.
        let silent = |cue: &Cue| matches!(cue.class, CueClass::AnonymityReason | CueClass::NegatedEvidence);
        for (position, cue) in cues.iter().enumerate() {
            let here = cues.get(position..).unwrap_or_default().iter().take_while(|other| other.first == cue.first);
            done = here.filter(|other| silent(other)).map(|other| other.end).max().unwrap_or(0).max(done);
            if cue.first < done {
                continue;
            }
            let attribution = match cue.class {
                CueClass::ReportFrame => self.frame(index, sentence, cue),
                CueClass::Weasel => Some(self.impersonal(index, sentence, cue)),
                class if is_report_verb(class) => {
                    let same =
                        cues.get(position..).unwrap_or_default().iter().take_while(|other| other.first == cue.first);
                    let verbs = Verbs::of(same);
                    self.verb(index, sentence, &verbs, first)
                }
                _ => None,
            };
            let Some(attribution) = attribution else {
                continue;
            };
            done = attribution.cue.end;
            if cue.class == CueClass::ReportFrame {
                // "according to two people briefed on the matter": what describes the source reports nothing.
                let from = attribution.source.as_ref().map_or(done, |source| source.end);
                let comma = (from as usize..range.end).find(|&at| document.tokens.get(at).is_some_and(|t| !t.counts()));
                done = comma.map_or(range.end as u32, |at| at as u32);
            }
            self.remember(&attribution, sentence.block);
            self.found.all.push(attribution);
        }
    }

    fn remember(&mut self, attribution: &Attribution, block: u32) {
        let Some(key) = attribution.key.clone() else {
            return;
        };
        let mention =
            Mention { key_hash: attribution.key_hash, first: key.start, end: key.end, kind: attribution.kind, block };
        match attribution.kind {
            SourceKind::Person => {
                self.known.people.insert(attribution.key_hash, ());
                self.known.person = Some(mention);
            }
            SourceKind::Organisation | SourceKind::Document => self.known.organisation = Some(mention),
            _ => {}
        }
    }

    /// "according to X", "data from X": the source follows.
    fn frame(&mut self, index: usize, sentence: &Sentence, cue: &Cue) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let after = cue.end as usize;
        let mut at = after;
        // "according to 'a source'": quotation marks around a source change nothing.
        while tokens.get(at).is_some_and(|token| at < range.end && !token.counts() && !token.is_terminal()) {
            at += 1;
        }
        let chunk = source::chunk_at(tokens, at, range.end)?;
        if chunk.sort == Sort::Writer {
            return None;
        }
        let limit = (chunk.end + 12).min(range.end);
        let resolved = self.resolve(chunk, sentence, source::is_described_after(tokens, &chunk, limit));
        let end = content_end(self.document, sentence);
        let before = (cue.first as usize > range.start + 1).then_some(range.start as u32..cue.first);
        // "According to two people briefed on the matter, ...": the comma may follow what describes the source.
        let look = if before.is_none() { (chunk.end + 15).min(end) } else { (chunk.end + 1).min(end) };
        let comma = (chunk.end..look).find(|&at| tokens.get(at).is_some_and(|token| token.kind == TokenKind::Comma));
        let after = comma.filter(|comma| end > comma + 1).map(|comma| comma as u32 + 1..end as u32);
        Some(self.relation(index, cue.first..cue.end, resolved, [before, after], VerbSort::Frame))
    }

    /// "it is widely believed that", "studies show": nobody in particular.
    fn impersonal(&mut self, index: usize, sentence: &Sentence, cue: &Cue) -> Attribution {
        let end = content_end(self.document, sentence);
        let after = (end > cue.end as usize).then_some(cue.end..end as u32);
        let resolved = Resolved { chunk: None, kind: SourceKind::Collective, key: None, key_hash: 0 };
        self.relation(index, cue.first..cue.end, resolved, [None, after], VerbSort::Frame)
    }

    fn verb(&mut self, index: usize, sentence: &Sentence, verbs: &Verbs, first_here: usize) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let (verb, verb_end) = (verbs.first as usize, verbs.end_without_article(tokens));
        let token = tokens.get(verb)?;
        if let Some(by) = self.agent_of_passive(&range, verb, verb_end) {
            // "confirmed by the ministry": a passive with its agent.
            if !verbs.says && !verbs.judging {
                return None;
            }
            let described = source::is_described_after(tokens, &by, range.end);
            let resolved = self.resolve(by, sentence, described);
            if !matches!(resolved.kind, SourceKind::Person | SourceKind::Organisation | SourceKind::Document) {
                return None;
            }
            let before = Some(range.start as u32..verbs.first);
            return Some(self.relation(index, verbs.first..verb_end as u32, resolved, [before, None], verbs.sort()));
        }
        if source::is_passive_or_infinitive(tokens, &range, verb) || source::is_modal(tokens, &range, verb) {
            return None;
        }
        let chunk = if token.is(form::ING) && !self.has_progressive(&range, verb) {
            self.participle_subject(&range, verb, first_here)?
        } else {
            self.inverted(&range, verb, verb_end).or_else(|| self.left_subject(&range, verb, first_here))?
        };
        let quoting = verbs.quotes && self.adjoins_quotation(&range, &chunk, verb, verb_end);
        if !quoting && !self.can_report(&chunk, verbs, verb_end, &range) {
            return None;
        }
        let limit = if chunk.end <= verb { verb } else { range.end };
        let described = source::is_described_after(tokens, &chunk, limit);
        let resolved = self.resolve(chunk, sentence, described);
        let content = self.content(sentence, &chunk, verb, verb_end);
        Some(self.relation(index, verbs.first..verb_end as u32, resolved, content, verbs.sort()))
    }

    /// Whether this verb with this subject reports anything.
    fn can_report(&self, chunk: &Chunk, verbs: &Verbs, verb_end: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        match chunk.sort {
            // "it said" is an organisation's; "it highlights" is nobody's.
            Sort::It => {
                verbs.says && !verbs.presents && self.known.body().is_some() && self.introduces_content(verb_end, range)
            }
            Sort::Writer => false,
            Sort::Document => verbs.says || verbs.documents || verbs.presents || verbs.judging || verbs.stance,
            // "A neighbour said": any noun can say, but only with something said.
            Sort::Other => {
                verbs.says
                    && tokens.get(chunk.head).is_some_and(|t| !t.is(form::POSSESSIVE))
                    && (self.is_plain_saying(verbs.first as usize) || self.introduces_content(verb_end, range))
            }
            sort if !sort.speaks() => false,
            // "people protested" tells what they did; "sources said" rests something on them.
            Sort::Anonymous => verbs.says || verbs.judging,
            // "exposed a fraud" tells what somebody did; "admitted the error" what somebody said.
            _ => {
                verbs.says
                    || verbs.stance
                    || verbs.presents
                    || verbs.judging
                        && (self.introduces_content(verb_end, range)
                            || self.grants(verbs.first as usize)
                            || tokens.get(verb_end).is_some_and(|next| next.key == TO || next.is(form::ING)))
            }
        }
    }

    /// A quotation or a colon right after the verb, or a quotation right before its subject.
    fn adjoins_quotation(&self, range: &Range<usize>, chunk: &Chunk, verb: usize, verb_end: usize) -> bool {
        let tokens = &self.document.tokens;
        if !chunk.sort.speaks() {
            return false;
        }
        let opens = |token: &Token| {
            matches!(
                token.kind,
                TokenKind::Colon | TokenKind::OpenQuote | TokenKind::StraightQuote | TokenKind::OpenSingle
            )
        };
        let after = tokens.get(verb_end).filter(|_| verb_end < range.end);
        let after_comma = after.is_some_and(|token| token.kind == TokenKind::Comma)
            && tokens.get(verb_end + 1).is_some_and(|token| verb_end + 1 < range.end && opens(token));
        if after.is_some_and(opens) || after_comma {
            return true;
        }
        let first = chunk.first.min(verb);
        let before = first.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        before.is_some_and(|token| {
            matches!(token.kind, TokenKind::CloseQuote | TokenKind::StraightQuote | TokenKind::CloseSingle)
        })
    }

    /// "that", a quotation, a comma or the sentence's end: something is said.
    fn introduces_content(&self, verb_end: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        let previous = tokens.get(verb_end - 1);
        let Some(next) = tokens.get(verb_end).filter(|_| verb_end < range.end) else {
            return true;
        };
        previous.is_some_and(|t| t.has(word::CONJUNCTION | word::PRONOUN_OTHER)) || !next.is_word() || next.key == THAT
    }

    /// admit, concede, reveal: judging verbs that report with a plain object too.
    fn grants(&self, verb: usize) -> bool {
        self.document.tokens.get(verb).is_some_and(|token| GRANT.contains(&token.key))
    }

    /// say, tell: verbs with which any subject reports.
    fn is_plain_saying(&self, verb: usize) -> bool {
        self.document.tokens.get(verb).is_some_and(|token| SAY.contains(&token.key))
    }

    fn has_progressive(&self, range: &Range<usize>, verb: usize) -> bool {
        let tokens = &self.document.tokens;
        verb > range.start && tokens.get(verb - 1).is_some_and(source::is_be)
    }

    /// "X was accused by Y", "reported by the Times": the agent after "by".
    fn agent_of_passive(&self, range: &Range<usize>, verb: usize, verb_end: usize) -> Option<Chunk> {
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
    fn participle_subject(&self, range: &Range<usize>, verb: usize, first_here: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        // "Officers responding to an alarm": without a comma it belongs to the noun.
        let apart = verb.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        if apart.is_some_and(|before| {
            before.is_word() && !before.has(word::CONJUNCTION | word::PREPOSITION) && !before.is(form::LY)
        }) {
            return None;
        }
        if let Some(previous) = self.found.all.get(first_here..).and_then(<[_]>::last)
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

    /// The subject of the sentence: of its first clause, or of the one after an opening phrase.
    fn sentence_subject(&self, range: &Range<usize>, before: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let mut start = range.start;
        while start < before {
            let mut end = start;
            while end < before && tokens.get(end).is_some_and(|token| token.kind != TokenKind::Comma) {
                end += 1;
            }
            if let Some(chunk) = source::subject(tokens, start..end) {
                return (chunk.sort.speaks() && chunk.end <= before).then_some(chunk);
            }
            start = end + 1;
        }
        None
    }

    /// "..., said Jane Doe": the subject after the verb.
    fn inverted(&self, range: &Range<usize>, verb: usize, verb_end: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let before = verb.checked_sub(1).filter(|before| *before >= range.start).and_then(|before| tokens.get(before));
        let after_content = before.is_none_or(|before| {
            matches!(
                before.kind,
                TokenKind::Comma
                    | TokenKind::CloseQuote
                    | TokenKind::StraightQuote
                    | TokenKind::CloseSingle
                    | TokenKind::Dash
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
        // The comma of "Jane Doe, the mayor, said" closes no content.
        if !self.is_clause(range.start, verb) {
            return None;
        }
        let chunk = source::chunk_at(tokens, verb_end, range.end)?;
        // "said Amazon had cut jobs", "denied killing three": what follows is reported, and speaks not.
        let after = tokens.get(chunk.end).filter(|_| chunk.end < range.end);
        let goes_on = after.is_some_and(|next| {
            next.is_word()
                && (next.has(word::AUXILIARY | word::IRREGULAR_PAST | word::NEGATION)
                    || next.is(form::ED)
                    || next.key == TO)
        });
        let gerund = tokens.get(chunk.first).is_some_and(|first| first.is(form::ING));
        let whole = chunk.head + 1 == chunk.end;
        (chunk.sort.speaks() && whole && !goes_on && !gerund).then_some(chunk)
    }

    /// The subject before the verb, over auxiliaries, adverbs and an apposition.
    fn left_subject(&self, range: &Range<usize>, verb: usize, first_here: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        let end = source::before_auxiliaries(tokens, range, verb);
        let last = end.checked_sub(1).filter(|last| *last >= range.start).and_then(|last| tokens.get(last))?;
        let mut end = end;
        let mut start;
        if matches!(last.kind, TokenKind::Comma | TokenKind::Dash | TokenKind::CloseBracket) {
            // "Jane Doe, a spokeswoman for the ministry, said": the name stands before the apposition.
            end -= 1;
            let mut open = end;
            while open > range.start && tokens.get(open - 1).is_some_and(|token| !opens_apposition(token, last)) {
                open -= 1;
            }
            if open <= range.start {
                start = source::clause_start(tokens, range, end);
            } else {
                end = open - 1;
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
        // "A source said a contractor had offered": what follows an earlier report has a subject of its own.
        let reported =
            self.found.all.get(first_here..).and_then(<[_]>::last).map_or(start, |before| before.cue.end as usize);
        if reported > start
            && let Some(chunk) = source::subject(tokens, reported..end)
            && (chunk.sort.speaks() || tokens.get(chunk.first).is_some_and(|first| first.has(word::DETERMINER)))
        {
            return Some(self.named_in_apposition(range, chunk));
        }
        if let Some(chunk) = source::subject(tokens, start..end) {
            return Some(self.named_in_apposition(range, chunk));
        }
        // "X visited the plant and said": a coordinated verb shares the subject of the clause before.
        let joined = start > range.start && tokens.get(start - 1).is_some_and(|token| token.has(word::CONJUNCTION));
        if !joined || end > start {
            return None;
        }
        self.sentence_subject(range, start - 1)
    }

    /// "The mayor, Jane Doe, said": the office is named in the apposition.
    fn named_in_apposition(&self, range: &Range<usize>, chunk: Chunk) -> Chunk {
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

    fn content(&self, sentence: &Sentence, chunk: &Chunk, verb: usize, verb_end: usize) -> [Option<Range<u32>>; 2] {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let end = content_end(self.document, sentence);
        let subject_first = chunk.first.min(verb);
        let before_mark = subject_first.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        let postposed = before_mark.is_some_and(|token| {
            matches!(
                token.kind,
                TokenKind::Comma | TokenKind::CloseQuote | TokenKind::StraightQuote | TokenKind::CloseSingle
            ) || token.is_terminal()
        }) && self.is_clause(range.start, subject_first);
        let before = (postposed && subject_first > range.start).then_some(range.start as u32..subject_first as u32);
        let inverted = chunk.first >= verb;
        let mut from = verb_end.max(if inverted { chunk.end } else { 0 });
        // "said on Monday that": when and where it was said is not what was said.
        if let Some(that) = (from..end.min(from + 8)).find(|&at| tokens.get(at).is_some_and(|token| token.key == THAT))
            && (from..that).all(|at| tokens.get(at).is_some_and(Token::counts))
            && tokens.get(from).is_some_and(|token| {
                token.key == THAT
                    || token.has(word::PREPOSITION | word::WEEKDAY)
                    || tokens.get(verb).is_some_and(|verb| TELL.contains(&verb.key))
            })
        {
            from = that + 1;
        }
        let resumes = |at: usize| {
            tokens.get(at).is_some_and(|token| {
                at < end && matches!(token.kind, TokenKind::Colon | TokenKind::OpenQuote | TokenKind::StraightQuote)
            })
        };
        let comma = tokens.get(from).is_some_and(|token| from < end && token.kind == TokenKind::Comma);
        // After "..., said Jane Doe" a comma opens an apposition, unless a quotation goes on.
        let goes_on = !postposed || resumes(from) || comma && (!inverted || resumes(from + 1));
        while tokens
            .get(from)
            .is_some_and(|token| from < end && matches!(token.kind, TokenKind::Comma | TokenKind::Colon))
        {
            from += 1;
        }
        let after = (goes_on && end > from).then_some(from as u32..end as u32);
        [before, after]
    }

    /// Long enough, or quoted, to be what was said and not an opening phrase ("On Monday, ...").
    fn is_clause(&self, first: usize, end: usize) -> bool {
        let inside = self.document.tokens.get(first..end).unwrap_or_default();
        if inside.iter().any(|token| token.is(form::QUOTED)) {
            return true;
        }
        let opening = inside.first().is_some_and(|token| {
            token.has(word::PREPOSITION | word::CONJUNCTION)
                || inside.get(1).is_some_and(|next| next.key == OF)
                || token.is(form::ING)
                || token.is(form::ED)
                || token.is(form::LY)
        });
        let words = inside.iter().filter(|token| token.counts()).count();
        let verb = inside.iter().any(|token| {
            token.has(word::AUXILIARY | word::IRREGULAR_PAST)
                || token.is(form::ED | form::S) && !token.is(form::CAPITALISED) && !token.has(word::STOP)
        });
        words >= 4 && verb && !opening
    }

    fn resolve(&self, chunk: Chunk, sentence: &Sentence, described_after: bool) -> Resolved {
        let tokens = &self.document.tokens;
        let own = Some(chunk.first as u32..chunk.end as u32);
        let plain = source::kind_of(tokens, &chunk, described_after);
        let carried = |mention: Option<Mention>| match mention {
            Some(mention) => Resolved {
                chunk: Some(chunk),
                kind: mention.kind,
                key: Some(mention.first..mention.end),
                key_hash: mention.key_hash,
            },
            None => Resolved { chunk: Some(chunk), kind: SourceKind::Unresolved, key: None, key_hash: 0 },
        };
        match chunk.sort {
            // Whoever is quoted does not speak of himself as "he".
            Sort::Pronoun if self.document.is_quoted(chunk.first) => carried(None),
            Sort::Pronoun => {
                let named_here = self
                    .known
                    .named
                    .filter(|mention| (mention.first as usize) < chunk.first && mention.block == sentence.block);
                // The last source goes on speaking, unless somebody else was named since in this paragraph.
                let since = |person: &Mention| {
                    named_here.is_some_and(|named| named.first > person.first && named.key_hash != person.key_hash)
                };
                match self.known.person {
                    Some(person)
                        if person.block == sentence.block
                            || !named_here.is_some_and(|named| named.block == sentence.block) =>
                    {
                        if since(&person) && person.block != sentence.block {
                            carried(named_here)
                        } else {
                            carried(Some(person))
                        }
                    }
                    _ => carried(named_here.or(self.known.person).or(self.known.named).or(self.known.organisation)),
                }
            }
            Sort::It => carried(self.known.body()),
            Sort::Epithet => carried(self.known.person.or(self.known.named).or(self.known.organisation)),
            // "the mayor": the person who was named with that office; if nobody was, the office itself speaks.
            Sort::Role if chunk.definite => {
                let head = tokens.get(chunk.head).map_or(0, |token| token.key);
                match self.known.offices.get(&head) {
                    Some(mention) => carried(Some(*mention)),
                    None => Resolved {
                        chunk: Some(chunk),
                        kind: plain,
                        key: own,
                        key_hash: name_hash(self.document, &chunk),
                    },
                }
            }
            Sort::Name => {
                let head = tokens.get(chunk.head);
                let known = head.is_some_and(|token| self.known.people.contains_key(&token.key));
                let titled = tokens
                    .get(chunk.first..chunk.end)
                    .unwrap_or_default()
                    .iter()
                    .any(|token| token.has(word::HONORIFIC));
                let seat = self.document.cues_of(sentence).iter().any(|cue| {
                    cue.class == CueClass::MetonymPhrase
                        && chunk.first <= cue.first as usize
                        && cue.end as usize == chunk.end
                });
                let kind = match plain {
                    _ if seat => SourceKind::Organisation,
                    _ if known => SourceKind::Person,
                    // One capital word that never stood with a given name or a title: more often a firm.
                    SourceKind::Person if chunk.head == chunk.first && !titled => SourceKind::Organisation,
                    kind => kind,
                };
                // A person is known by the surname, a body by its whole name.
                let key_hash = match kind {
                    SourceKind::Person => head.map_or(0, |token| token.key),
                    _ => name_hash(self.document, &chunk),
                };
                Resolved { chunk: Some(chunk), kind, key: own, key_hash }
            }
            Sort::Other
            | Sort::Writer
            | Sort::Anonymous
            | Sort::Bystander
            | Sort::Collective
            | Sort::Role
            | Sort::Organisation
            | Sort::Document => {
                Resolved { chunk: Some(chunk), kind: plain, key: own, key_hash: name_hash(self.document, &chunk) }
            }
        }
    }

    fn relation(
        &self,
        index: usize,
        cue: Range<u32>,
        resolved: Resolved,
        content: [Option<Range<u32>>; 2],
        verb: VerbSort,
    ) -> Attribution {
        let tokens = &self.document.tokens;
        let quoted = content.iter().flatten().any(|range| {
            tokens
                .get(range.start as usize..range.end as usize)
                .unwrap_or_default()
                .iter()
                .any(|token| token.is(form::QUOTED))
        });
        let voice = if self.document.is_quoted(cue.start as usize) { Voice::Quoted } else { Voice::Own };
        Attribution {
            sentence: index as u32,
            cue,
            source: resolved.chunk.map(|chunk| chunk.first as u32..chunk.end as u32),
            content,
            kind: resolved.kind,
            key: resolved.key,
            key_hash: resolved.key_hash,
            verb,
            voice,
            quoted,
        }
    }
}

/// One number for a body's whole name.
fn name_hash(document: &Document<'_>, chunk: &Chunk) -> u64 {
    let words = document.tokens.get(chunk.first..chunk.end).unwrap_or_default();
    let named = words.iter().filter(|token| token.counts() && !token.has(word::DETERMINER));
    named.fold(0, |hash, token| phrase_key(hash, token.key))
}

/// What the classes of a verb form allow.
struct Verbs {
    first: u32,
    end: u32,
    says: bool,
    stance: bool,
    judging: bool,
    presents: bool,
    documents: bool,
    quotes: bool,
}

impl Verbs {
    fn of<'c>(cues: impl Iterator<Item = &'c Cue>) -> Self {
        let mut verbs = Verbs {
            first: 0,
            end: 0,
            says: false,
            stance: false,
            judging: false,
            presents: false,
            documents: false,
            quotes: false,
        };
        for cue in cues {
            verbs.first = cue.first;
            match cue.class {
                CueClass::ReportVerb => verbs.says = true,
                CueClass::ReportVerbStance => verbs.stance = true,
                CueClass::ReportVerbJudging => verbs.judging = true,
                CueClass::ReportVerbPresentational => verbs.presents = true,
                CueClass::ReportVerbDocument => verbs.documents = true,
                CueClass::ReportVerbQuoting => verbs.quotes = true,
                _ => continue,
            }
            verbs.end = verbs.end.max(cue.end);
        }
        verbs
    }

    /// Some phrases are listed with the article that shows they are verbs ("dismissed the"); it belongs to
    /// what follows.
    fn end_without_article(&self, tokens: &[Token]) -> usize {
        let end = self.end as usize;
        let article = self.end > self.first + 1
            && tokens
                .get(end - 1)
                .is_some_and(|token| token.has(word::DETERMINER) && !token.has(word::CONJUNCTION) && token.key != THAT);
        if article { end - 1 } else { end }
    }

    fn sort(&self) -> VerbSort {
        if self.judging { VerbSort::Judging } else { VerbSort::Neutral }
    }
}

fn is_report_verb(class: CueClass) -> bool {
    matches!(
        class,
        CueClass::ReportVerb
            | CueClass::ReportVerbStance
            | CueClass::ReportVerbJudging
            | CueClass::ReportVerbPresentational
            | CueClass::ReportVerbDocument
            | CueClass::ReportVerbQuoting
    )
}

const OF: u64 = word_key("of");
const TO: u64 = word_key("to");
const BY: u64 = word_key("by");
const LESSER: [u64; 7] = word_keys(["vice", "deputy", "assistant", "former", "ex", "late", "then"]);
const GRANT: [u64; 16] = word_keys([
    "admit",
    "admits",
    "admitted",
    "concede",
    "concedes",
    "conceded",
    "acknowledge",
    "acknowledges",
    "acknowledged",
    "reveal",
    "reveals",
    "revealed",
    "refute",
    "refuted",
    "refutes",
    "confessed",
]);
const SAY: [u64; 6] = word_keys(["say", "says", "said", "tell", "tells", "told"]);
const TELL: [u64; 3] = word_keys(["tell", "tells", "told"]);
const THAT: u64 = word_key("that");
const WHO: [u64; 2] = word_keys(["who", "which"]);

fn is_who(token: &Token) -> bool {
    WHO.contains(&token.key)
}

fn opens_apposition(token: &Token, close: &Token) -> bool {
    match close.kind {
        TokenKind::CloseBracket => token.kind == TokenKind::OpenBracket,
        kind => token.kind == kind,
    }
}

/// The end of what a sentence can report: without its final marks, and without a comment of the
/// article's own that trails it (", marking a pivotal moment").
fn content_end(document: &Document<'_>, sentence: &Sentence) -> usize {
    let tokens = &document.tokens;
    let range = sentence.tokens();
    let cues = document.cues_of(sentence);
    let comment = cues.iter().position(|cue| {
        let first = cue.first as usize;
        matches!(cue.class, CueClass::InterpretiveVerb | CueClass::Significance)
            && tokens.get(first).is_some_and(|token| token.is(form::ING))
            && first > range.start
            && tokens.get(first - 1).is_some_and(|before| before.kind == TokenKind::Comma)
            && !cues.iter().any(|other| other.first == cue.first && is_report_verb(other.class))
    });
    let mut end = comment.and_then(|at| cues.get(at)).map_or(range.end, |cue| cue.first as usize - 1);
    while end > range.start && tokens.get(end - 1).is_some_and(|token| token.is_terminal()) {
        end -= 1;
    }
    end
}

/// "Experts disagree. Jane Doe, a professor of law, says ...": a collective that a named member follows
/// within two sentences introduces somebody, and is no weasel.
fn excuse_lead_ins(document: &Document<'_>, found: &mut Attributions) {
    // Per sentence, from the end: how many sentences ahead the next named person speaks.
    let mut ahead = u32::MAX;
    for index in (0..document.sentences.len()).rev() {
        let range = found.by_sentence.get(index).cloned().unwrap_or_default();
        let own = found.all.get_mut(range.start as usize..range.end as usize).unwrap_or_default();
        let person = own.iter().any(|attribution| attribution.kind == SourceKind::Person);
        for attribution in own.iter_mut() {
            if attribution.kind == SourceKind::Collective && attribution.source.is_some() && ahead < 2 {
                attribution.kind = SourceKind::DescribedAnonymous;
            }
        }
        ahead = if person { 0 } else { ahead.saturating_add(1) };
    }
}

fn count(document: &Document<'_>, found: &mut Attributions) {
    let mut sources: Vec<Source> = Vec::new();
    let mut index_of: hashbrown::HashMap<u64, usize> = hashbrown::HashMap::new();
    for (index, sentence) in document.body() {
        let own: Vec<usize> = {
            let range = found.by_sentence.get(index).cloned().unwrap_or_default();
            (range.start as usize..range.end as usize)
                .filter(|at| found.all.get(*at).is_some_and(|a| a.voice == Voice::Own))
                .collect()
        };
        let mut named = false;
        let mut weasel = false;
        for at in &own {
            let Some(attribution) = found.all.get(*at) else {
                continue;
            };
            named |= attribution.is_named();
            weasel |= attribution.kind == SourceKind::Collective;
            found.bare_anonymous += u32::from(attribution.kind == SourceKind::BareAnonymous);
            found.documents += u32::from(attribution.kind == SourceKind::Document);
            if attribution.verb != VerbSort::Frame {
                found.report_verbs += 1;
                found.judging_verbs += u32::from(attribution.verb == VerbSort::Judging);
            }
            if attribution.key_hash == 0 {
                continue;
            }
            let slot = *index_of.entry(attribution.key_hash).or_insert_with(|| {
                sources.push(Source {
                    key_hash: attribution.key_hash,
                    kind: attribution.kind,
                    anchored: is_anchored(document, sentence, attribution),
                    attributions: 0,
                });
                sources.len() - 1
            });
            if let Some(source) = sources.get_mut(slot) {
                source.attributions += 1;
            }
        }
        found.attributed_sentences += u32::from(!own.is_empty());
        found.named_sentences += u32::from(named);
        found.weasel_sentences += u32::from(weasel);
    }
    found.sources = sources;
}

/// Whether the sentence of a first attribution says who, where, when or to whom.
fn is_anchored(document: &Document<'_>, sentence: &Sentence, attribution: &Attribution) -> bool {
    let tokens = document.tokens_of(sentence);
    let occasion = document.has_cue(sentence, CueClass::Occasion);
    let dated = tokens.iter().any(|token| token.has(word::WEEKDAY | word::MONTH) && token.is(form::CAPITALISED));
    // "told the BBC", "in Washington": a capitalised word after "told" or "in".
    let placed = tokens.windows(3).any(|window| match window {
        [a, b, c] => {
            let name = |token: &Token| {
                token.is_word() && token.is(form::CAPITALISED) && !token.has(word::STOP | word::MONTH | word::WEEKDAY)
            };
            (PLACERS.contains(&a.key)) && (name(b) || b.has(word::DETERMINER) && name(c))
        }
        _ => false,
    });
    if occasion || dated || placed {
        return true;
    }
    let Some(source) = attribution.source.clone() else {
        return false;
    };
    let words = document.tokens.get(source.start as usize..source.end as usize).unwrap_or_default();
    let role_inside = words.iter().any(|token| token.has(word::ROLE_NOUN | word::HONORIFIC));
    // "Jane Doe, a spokeswoman", "spokesman John Doe".
    let role_after = document
        .tokens
        .get(source.end as usize..(source.end as usize + 8).min(sentence.tokens().end))
        .unwrap_or_default()
        .iter()
        .take_while(|token| !token.is_terminal())
        .any(|token| token.has(word::ROLE_NOUN | word::ORGANISATION_NOUN));
    let apposed = document
        .tokens
        .get(source.end as usize)
        .is_some_and(|token| matches!(token.kind, TokenKind::Comma | TokenKind::OpenBracket));
    role_inside && attribution.kind == SourceKind::Person || role_after && apposed
}

const PLACERS: [u64; 4] = word_keys(["told", "in", "at", "with"]);

fn mark(document: &Document<'_>, found: &Attributions, margin: &mut Margin) {
    for attribution in found.all.iter().filter(|attribution| attribution.voice == Voice::Own) {
        let (feature, severity, message) = match attribution.kind {
            SourceKind::Person => ("named_attribution_ratio", 0.0, "Names the person who says this."),
            SourceKind::Organisation => {
                ("named_attribution_ratio", 0.0, "Names the office or organisation that says this.")
            }
            SourceKind::Document => ("named_attribution_ratio", 0.0, "Points to a document."),
            SourceKind::DescribedAnonymous => ("anonymous_source_ratio", 0.2, "The source is unnamed but described."),
            SourceKind::BareAnonymous => {
                ("bare_anonymous_count", 0.8, "The source is unnamed and nothing says how it would know.")
            }
            SourceKind::Collective => ("weasel_attribution_rate", 0.6, "Says this for nobody in particular."),
            SourceKind::Unresolved => {
                ("attributed_sentence_ratio", 0.1, "It is not clear from the text who says this.")
            }
        };
        let cue = document.span_of(attribution.cue.start as usize, attribution.cue.end as usize);
        let span = attribution.source.clone().map_or(cue, |source| {
            let source = document.span_of(source.start as usize, source.end as usize);
            adjacent(source, cue)
        });
        let severity = if attribution.voice == Voice::Own { severity } else { 0.0 };
        margin.mark(feature, span, attribution.voice, severity, message);
        if attribution.verb == VerbSort::Judging {
            let severity = if attribution.voice == Voice::Own { 0.2 } else { 0.0 };
            margin.mark(
                "judgemental_report_verb_share",
                cue,
                attribution.voice,
                severity,
                "The verb judges whether what is reported is true.",
            );
        }
    }
}

/// Source and cue as one span if they stand near each other, else the source.
fn adjacent(source: ByteSpan, cue: ByteSpan) -> ByteSpan {
    let covered = source.cover(cue);
    if covered.len() <= 160 { covered } else { source }
}
