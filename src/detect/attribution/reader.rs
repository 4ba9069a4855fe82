//! Reads a document sentence by sentence: each cue in order, and the relation it makes.

use std::ops::Range;

use crate::lexicon::{CueClass, word};
use crate::report::{SourceKind, Voice};
use crate::text::{BlockKind, Cue, Document, KeySet, Sentence, TokenKind, form, word_key};

use super::super::source::{self, Chunk, Sort};
use super::content::content_end;
use super::cut;
use super::known::{Gender, Known, Mention};
use super::memo::Memo;
use super::reply::Replies;
use super::verbs::{Verbs, is_mention_verb, is_report_verb};
use super::{Act, Attribution, Attributions, OfSentence, VerbSort};

/// Reads one document.
pub(super) struct Reader<'d, 'a> {
    pub(super) document: &'d Document<'a>,
    pub(super) known: Known,
    pub(super) found: Attributions,
    pub(super) replies: Replies,
    pub(super) memo: Memo,
}

/// A source with its words and what it resolved to.
pub(super) struct Resolved {
    pub(super) chunk: Option<Chunk>,
    pub(super) kind: SourceKind,
    pub(super) key: Option<Range<u32>>,
    pub(super) key_hash: u64,
}

impl<'d, 'a> Reader<'d, 'a> {
    pub(super) fn new(document: &'d Document<'a>) -> Self {
        let (known, found, replies) = (Known::default(), Attributions::default(), Replies::default());
        Reader { document, known, found, replies, memo: Memo::default() }
    }

    /// Every relation of the body.
    pub(super) fn read(mut self) -> Attributions {
        for (index, sentence) in self.document.sentences.iter().enumerate() {
            let first = self.found.all.len();
            if !sentence.body && self.is_headline(sentence) {
                self.sentence(index, sentence);
            }
            if sentence.body {
                self.known.note_names(self.document, sentence);
                self.known.note_study(self.document, sentence);
                self.sentence(index, sentence);
                self.known.note_subject(self.document, sentence);
            }
            let own = self.found.all.get_mut(first..).unwrap_or_default();
            own.sort_by_key(|relation| (relation.act != Act::Report, relation.cue.start));
            let reports = own.iter().filter(|relation| relation.act == Act::Report).count();
            self.found.by_sentence.push(OfSentence {
                first: first as u32,
                reports: (first + reports) as u32,
                end: self.found.all.len() as u32,
            });
        }
        self.found.reply = self.replies.present();
        self.found
    }
}

impl Reader<'_, '_> {
    fn is_headline(&self, sentence: &Sentence) -> bool {
        let block = self.document.blocks.get(sentence.block as usize);
        block.is_some_and(|block| block.kind == BlockKind::Headline)
    }

    pub(super) fn sentence(&mut self, index: usize, sentence: &Sentence) {
        let document = self.document;
        let range = sentence.tokens();
        let first = self.found.all.len();
        let cues = document.cues_of(sentence);
        let mut done = 0;
        let mut tried = None;
        if let Some(opening) = self.opening_document(index, sentence) {
            done = opening.source.as_ref().map_or(0, |source| source.end);
            self.push(opening, sentence);
        }
        if let Some(spoken) = self.transcript(index, sentence) {
            done = spoken.cue.end;
            self.push(spoken, sentence);
        }
        if let Some(view) = self.viewpoint(index, sentence) {
            done = view.cue.end.max(view.source.as_ref().map_or(0, |source| source.end));
            self.push(view, sentence);
        }
        if let Some(signed) = self.signature(index, sentence) {
            self.push(signed, sentence);
        }
        // "asked not to be named", "declined to comment": how somebody was not quoted reports nothing.
        let silent = |cue: &Cue| matches!(cue.class, CueClass::AnonymityReason | CueClass::NegatedEvidence);
        for (position, cue) in cues.iter().enumerate() {
            if cue.class == CueClass::NegatedEvidence
                && cue.first >= done
                && let Some(silence) = self.silence(index, sentence, cue, first)
            {
                done = cue.end;
                self.push(silence, sentence);
                continue;
            }
            let here = cues.get(position..).unwrap_or_default().iter().take_while(|other| other.first == cue.first);
            done = here.filter(|other| silent(other)).map(|other| other.end).max().unwrap_or(0).max(done);
            if cue.first < done {
                continue;
            }
            if tried == Some(cue.first) {
                continue;
            }
            let attribution = match cue.class {
                CueClass::ReportFrame => self.frame(index, sentence, cue),
                CueClass::Weasel => Some(self.impersonal(index, sentence, cue)),
                class if is_report_verb(class) || is_mention_verb(class) => {
                    tried = Some(cue.first);
                    let same =
                        cues.get(position..).unwrap_or_default().iter().take_while(|other| other.first == cue.first);
                    let mut verbs = Verbs::of(same);
                    verbs.says |= self.agrees_that(verbs.first as usize, &range);
                    let report = if verbs.reports() { self.verb(index, sentence, &verbs, first) } else { None };
                    report.or_else(|| self.mention(index, sentence, &verbs, first))
                }
                CueClass::ReportNoun | CueClass::AttitudeNoun => self.noun(index, sentence, cue, first),
                CueClass::HedgeDistance => self.hearsay(index, sentence, cue),
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
            self.push(attribution, sentence);
        }
        cut::cut(&document.tokens, range.start, self.found.all.get_mut(first..).unwrap_or_default());
    }

    fn push(&mut self, attribution: Attribution, sentence: &Sentence) {
        // A headline is read, but nothing is carried over from it.
        if sentence.body {
            self.remember(&attribution, sentence.block);
        }
        self.note_reply(&attribution, sentence);
        self.found.all.push(attribution);
    }

    /// "JANE DOE: We left at nine.", "Doe: We left": the speaker of a transcript or of a headline.
    fn transcript(&self, index: usize, sentence: &Sentence) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let colon = (range.start + 1..(range.start + 9).min(range.end))
            .find(|&at| tokens.get(at).is_some_and(|token| !token.is_word() && token.kind != TokenKind::Stop))?;
        let words = tokens.get(colon + 1..range.end)?.iter().filter(|token| token.counts()).count();
        if tokens.get(colon)?.kind != TokenKind::Colon || words < 3 {
            return None;
        }
        let chunk = source::chunk_at(tokens, range.start, colon)?;
        let named = tokens.get(chunk.first..chunk.end)?;
        let person = named
            .iter()
            .any(|token| token.has(word::GIVEN_NAME | word::HONORIFIC) || self.known.people.contains_key(&token.key));
        let quoted = tokens.get(colon + 1).is_some_and(|next| {
            next.is(form::QUOTED) || next.kind == TokenKind::OpenQuote || next.kind == TokenKind::StraightQuote
        });
        let shouted = named.iter().all(|token| token.is(form::ALL_CAPS));
        let body = named.iter().any(|token| token.has(word::METONYM | word::ORGANISATION_NOUN | word::DOCUMENT_NOUN));
        if chunk.end != colon
            || !(person
                || (quoted || shouted) && chunk.sort == Sort::Name
                || (!sentence.body || index == 0) && (body || chunk.sort == Sort::Name))
        {
            return None;
        }
        let resolved = self.resolve(chunk, sentence, false);
        // In a transcript all of a speaker's paragraph is the speaker's.
        let block = self.document.blocks.get(sentence.block as usize).filter(|_| shouted && sentence.body);
        let end = block.map_or(range.end, |block| block.tokens().end.max(range.end));
        let content = Some(colon as u32 + 1..end as u32);
        Some(self.relation(index, colon as u32..colon as u32 + 1, resolved, [None, content], VerbSort::Frame))
    }

    /// "In a survey by the union, nine in ten ...": a document that opens the sentence.
    fn opening_document(&self, index: usize, sentence: &Sentence) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let first = tokens.get(range.start).filter(|token| token.key == IN)?;
        let chunk = source::chunk_at(tokens, range.start + 1, range.end)?;
        let head = tokens.get(chunk.head)?;
        if chunk.sort != Sort::Document || !FINDINGS.contains(&head.key) || first.is(form::QUOTED) {
            return None;
        }
        let comma = (chunk.end..range.end.min(chunk.end + 15))
            .find(|&at| tokens.get(at).is_some_and(|token| token.kind == TokenKind::Comma))?;
        // "In a report, the minister said": a speaker of its own says more than the paper it stands in.
        let end = content_end(self.document, sentence);
        let says = self.document.cues_of(sentence).iter().any(|cue| {
            cue.first as usize > comma && is_report_verb(cue.class) && !self.document.is_quoted(cue.first as usize)
        });
        if says || end <= comma + 1 {
            return None;
        }
        let source = chunk.first as u32..comma as u32;
        let resolved = self.resolve(chunk, sentence, false);
        let content = Some(comma as u32 + 1..end as u32);
        let cue = range.start as u32..range.start as u32 + 1;
        let mut found = self.relation(index, cue, resolved, [None, content], VerbSort::Frame);
        found.source = Some(source);
        Some(found)
    }

    /// "reportedly", "allegedly": handed over by nobody.
    fn hearsay(&self, index: usize, sentence: &Sentence, cue: &Cue) -> Option<Attribution> {
        let token = self.document.tokens.get(cue.first as usize)?;
        if !token.is(form::LY) || self.document.is_quoted(cue.first as usize) {
            return None;
        }
        let end = content_end(self.document, sentence) as u32;
        let after = (end > cue.end).then_some(cue.end..end);
        let resolved = Resolved { chunk: None, kind: SourceKind::Unresolved, key: None, key_hash: 0 };
        let mut found = self.relation(index, cue.first..cue.end, resolved, [None, after], VerbSort::Frame);
        found.act = Act::Hearsay;
        Some(found)
    }

    pub(super) fn remember(&mut self, attribution: &Attribution, block: u32) {
        let Some(key) = attribution.key.clone() else {
            return;
        };
        let mention =
            Mention { key_hash: attribution.key_hash, first: key.start, end: key.end, kind: attribution.kind, block };
        match attribution.kind {
            SourceKind::Person => {
                self.known.people.insert(attribution.key_hash, ());
                self.known.note_person(mention);
                self.note_pronoun(attribution);
                // "Mr. Doe and Mr. Hale say": "they" goes on for both.
                if self.is_joint(attribution) {
                    self.known.group = Some(mention);
                }
            }
            SourceKind::Organisation if self.holds_office(&key) => self.known.note_person(mention),
            SourceKind::Organisation | SourceKind::Document => self.known.organisation = Some(mention),
            SourceKind::DescribedAnonymous | SourceKind::Collective => self.known.group = Some(mention),
            _ => {}
        }
    }

    /// "the minister": an office that speaks is a person of whom the text goes on as "he" or "she".
    fn holds_office(&self, key: &Range<u32>) -> bool {
        let head = key.end.checked_sub(1).and_then(|last| self.document.tokens.get(last as usize));
        head.is_some_and(|token| token.has(word::ROLE_NOUN) && !token.is(form::S))
    }

    /// Two names or more.
    fn is_joint(&self, attribution: &Attribution) -> bool {
        let words = attribution.source.as_ref().map(|source| source.start as usize..source.end as usize);
        let words = words.and_then(|words| self.document.tokens.get(words)).unwrap_or_default();
        words.iter().any(|token| token.key == AND)
    }

    /// A person for whom "she" was read once is "she" from then on.
    fn note_pronoun(&mut self, attribution: &Attribution) {
        let source = attribution.source.as_ref().filter(|source| source.len() == 1);
        let token = source.and_then(|source| self.document.tokens.get(source.start as usize));
        if let Some(gender) = token.filter(|token| token.has(word::PRONOUN_PERSON)).and_then(Gender::of) {
            self.known.genders.entry(attribution.key_hash).or_insert(gender);
        }
    }

    /// "according to X", "data from X": the source follows.
    pub(super) fn frame(&mut self, index: usize, sentence: &Sentence, cue: &Cue) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let after = cue.end as usize;
        let mut at = after;
        // "according to 'a source'": quotation marks around a source change nothing.
        while tokens.get(at).is_some_and(|token| at < range.end && !token.counts() && !token.is_terminal()) {
            at += 1;
        }
        let chunk = self.framed(at, range.end)?;
        if chunk.sort == Sort::Writer {
            return None;
        }
        let limit = (chunk.end + 12).min(range.end);
        let resolved = self.resolve(chunk, sentence, source::is_described_after(tokens, &chunk, limit));
        let end = content_end(self.document, sentence);
        let comma = tokens.get(cue.first as usize - usize::from(cue.first > 0));
        let before_end = cue.first - u32::from(comma.is_some_and(|token| token.kind == TokenKind::Comma));
        let before = (before_end as usize > range.start + 1).then_some(range.start as u32..before_end);
        // "According to two people briefed on the matter, ...": the comma may follow what describes the source.
        let look = if before.is_none() { (chunk.end + 15).min(end) } else { (chunk.end + 1).min(end) };
        let comma = (chunk.end..look).find(|&at| tokens.get(at).is_some_and(|token| token.kind == TokenKind::Comma));
        let after = comma.filter(|comma| end > comma + 1).map(|comma| comma as u32 + 1..end as u32);
        let source = chunk.first as u32..self.phrase_end(&chunk, comma.unwrap_or(end)) as u32;
        let mut found = self.relation(index, cue.first..cue.end, resolved, [before, after], VerbSort::Frame);
        found.source = Some(source);
        Some(found)
    }

    /// "according to | early results": after a frame comes a source, even where its first words could stand elsewhere
    /// too ("the same", "early", "recently published").
    fn framed(&self, first: usize, end: usize) -> Option<Chunk> {
        let tokens = &self.document.tokens;
        if let Some(chunk) = source::chunk_at(tokens, first, end) {
            return Some(chunk);
        }
        for at in first + 1..end.min(first + 1 + LONGEST_LEAD) {
            let lead =
                tokens.get(at - 1).filter(|token| token.is_word() && !token.has(word::AUXILIARY | word::NEGATION));
            lead.filter(|lead| !lead.has(word::PREPOSITION | word::CONJUNCTION) || lead.is(form::LY))?;
            if let Some(chunk) = source::chunk_at(tokens, at, end) {
                return Some(Chunk { first, described: true, ..chunk });
            }
        }
        None
    }

    /// "it is widely believed that", "studies show": nobody in particular.
    pub(super) fn impersonal(&mut self, index: usize, sentence: &Sentence, cue: &Cue) -> Attribution {
        let end = content_end(self.document, sentence);
        let after = (end > cue.end as usize).then_some(cue.end..end as u32);
        let resolved = Resolved { chunk: None, kind: SourceKind::Collective, key: None, key_hash: 0 };
        let mut found = self.relation(index, cue.first..cue.end, resolved, [None, after], VerbSort::Frame);
        // "some | say", "studies | have shown": the group is named, vague as it is.
        let verb = source::before_auxiliaries(
            &self.document.tokens,
            &(cue.first as usize..cue.end as usize),
            cue.end as usize - 1,
        ) as u32;
        let group = self.document.tokens.get(cue.first as usize).is_some_and(|token| {
            token.has(word::COLLECTIVE_NOUN | word::DOCUMENT_NOUN | word::ROLE_NOUN | word::ANONYMOUS_NOUN)
        });
        if group && verb > cue.first {
            found.source = Some(cue.first..verb);
            found.cue = verb..cue.end;
        }
        found
    }

    pub(super) fn relation(
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
            act: Act::Report,
            verb,
            voice,
            quoted,
        }
    }
}

/// Words before the noun phrase of a frame that no noun phrase begins with.
const LONGEST_LEAD: usize = 3;
const IN: u64 = word_key("in");
const AND: u64 = word_key("and");
static FINDINGS: KeySet<10> =
    KeySet::new(["poll", "polls", "survey", "surveys", "study", "studies", "analysis", "audit", "census", "report"]);
