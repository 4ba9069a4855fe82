//! Reporting verbs: whether a verb with its subject reports anything.

use std::ops::Range;

use crate::lexicon::{CueClass, word};
use crate::report::SourceKind;
use crate::text::{Cue, KeySet, Sentence, Token, TokenKind, form, word_key};

use super::super::source::{self, Chunk, Sort};
use super::reader::Reader;
use super::{Act, Attribution, VerbSort};

impl Reader<'_, '_> {
    pub(super) fn verb(
        &mut self,
        index: usize,
        sentence: &Sentence,
        verbs: &Verbs,
        first_here: usize,
    ) -> Option<Attribution> {
        let tokens = &self.document.tokens;
        let range = sentence.tokens();
        let (verb, verb_end) = (verbs.first as usize, verbs.end_of_verb(tokens));
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
            let source = by.first as u32..self.phrase_end(&by, range.end) as u32;
            let cue = self.cue_start(&range, verb)..self.cue_end(&range, verbs, verb_end);
            let mut found = self.relation(index, cue, resolved, [before, None], verbs.sort());
            found.source = Some(source);
            return Some(found);
        }
        if self.is_counted(&range, verb) {
            return None;
        }
        if source::is_passive_or_infinitive(tokens, &range, verb)
            || self.is_asked_when(&range, verb)
            || source::is_modal(tokens, &range, verb)
        {
            return None;
        }
        // "said nothing rather than asking", "without saying": what was not done.
        let before = verb.checked_sub(1).filter(|at| *at >= range.start).and_then(|at| tokens.get(at));
        if before.is_some_and(|before| UNDONE.contains(&before.key)) {
            return None;
        }
        let participle = token.is(form::ING) && !self.has_progressive(&range, verb);
        let chunk = if participle {
            self.participle_subject(&range, verb, first_here)?
        } else {
            self.inverted(&range, verb, verb_end)
                .or_else(|| self.left_subject(&range, verb, first_here))
                .or_else(|| self.counted_subject(&range, verb).filter(|_| self.is_plain_saying(verb)))
                .or_else(|| self.paper(&range, verb).filter(|_| verbs.documents))?
        };
        // "released a statement denying it": how a paper is described. "a poll showing": what it finds.
        if chunk.sort == Sort::Document && chunk.end == verb && token.is(form::ING) && !verbs.documents {
            return None;
        }
        let far = verbs.documents && chunk.sort != Sort::Document && !self.can_report(&chunk, verbs, verb_end, &range);
        let chunk = if far { self.paper(&range, verb).unwrap_or(chunk) } else { chunk };
        let quoting = verbs.quotes && self.adjoins_quotation(&range, &chunk, verb, verb_end);
        if !quoting && !self.can_report(&chunk, verbs, verb_end, &range) {
            return None;
        }
        let limit = if chunk.end <= verb { verb } else { range.end };
        let described = source::is_described_after(tokens, &chunk, limit);
        let resolved = self.resolve(chunk, sentence, described);
        let cue = self.cue_start(&range, verb)..self.cue_end(&range, verbs, verb_end);
        let cue_first = cue.start as usize;
        let content = self.content(sentence, &chunk, verb, cue.end as usize, participle);
        let mut found = self.relation(index, cue, resolved, content, verbs.sort());
        found.source = Some(self.source_phrase(&range, &chunk, verb, verb_end));
        // "Lawmakers have not said when", "63 percent said": nobody unnamed stands behind a statement there. Of somebody who
        // is named, silence is told and can be asked about.
        let helpers = tokens.get(cue_first..verb).unwrap_or_default();
        let denied = helpers.iter().any(|helper| helper.has(word::NEGATION));
        if !found.is_named() && (denied || found.source.as_ref().is_some_and(|source| self.is_share(source))) {
            found.act = Act::Mention;
        }
        Some(found)
    }

    /// Whether this verb with this subject reports anything.
    pub(super) fn can_report(&self, chunk: &Chunk, verbs: &Verbs, verb_end: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        // "added a week to the term", "by adding homes": something is added, and nothing said.
        if self.adds_things(verbs.first as usize, verb_end, range) {
            return false;
        }
        // "not that anyone is arguing": nobody says it.
        if tokens.get(chunk.first).is_some_and(|first| ANYONE.contains(&first.key)) {
            return false;
        }
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
            // "Researchers found that": what people find out in their work they report.
            Sort::Collective | Sort::Role | Sort::Organisation | Sort::Name | Sort::Pronoun
                if self.finds_that(verbs.first as usize, verb_end, range) =>
            {
                self.is_researcher(chunk)
            }
            sort if !sort.speaks() => false,
            // "voters prove that they live there": what people show by what they do is not said by them.
            Sort::Collective | Sort::Bystander if self.shows(verbs.first as usize) => false,
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
                            || self.points_to(verbs.first as usize, verb_end, range)
                            || tokens.get(verb_end).is_some_and(|next| next.key == TO || next.is(form::ING)))
            }
        }
    }

    /// A quotation or a colon right after the verb, or a quotation right before its subject.
    pub(super) fn adjoins_quotation(&self, range: &Range<usize>, chunk: &Chunk, verb: usize, verb_end: usize) -> bool {
        let tokens = &self.document.tokens;
        // "..., reads the lease": what is read need not be able to speak.
        let reads = tokens.get(verb).is_some_and(|token| READS.contains(&token.key));
        if !chunk.sort.speaks() && !reads {
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
    pub(super) fn introduces_content(&self, verb_end: usize, range: &Range<usize>) -> bool {
        let tokens = &self.document.tokens;
        let previous = tokens.get(verb_end - 1);
        let Some(next) = tokens.get(verb_end).filter(|_| verb_end < range.end) else {
            return true;
        };
        previous.is_some_and(|t| t.has(word::CONJUNCTION | word::PRONOUN_OTHER))
            || !next.is_word()
            || next.key == THAT
            || CLAUSE.contains(&next.key)
    }

    /// admit, concede, reveal: judging verbs that report with a plain object too.
    pub(super) fn grants(&self, verb: usize) -> bool {
        self.document.tokens.get(verb).is_some_and(|token| GRANT.contains(&token.key))
    }

    /// say, tell: verbs with which any subject reports.
    pub(super) fn is_plain_saying(&self, verb: usize) -> bool {
        self.document.tokens.get(verb).is_some_and(|token| SAY.contains(&token.key))
    }

    pub(super) fn has_progressive(&self, range: &Range<usize>, verb: usize) -> bool {
        let tokens = &self.document.tokens;
        verb > range.start
            && tokens.get(verb - 1).is_some_and(|before| source::is_be(before) || PROGRESSIVE.contains(&before.key))
    }
}

/// What the classes of a verb form allow.
pub(super) struct Verbs {
    pub(super) first: u32,
    pub(super) end: u32,
    pub(super) says: bool,
    pub(super) stance: bool,
    pub(super) judging: bool,
    pub(super) presents: bool,
    pub(super) documents: bool,
    pub(super) quotes: bool,
    pub(super) attitude: bool,
    pub(super) adjective: bool,
    pub(super) perception: bool,
    pub(super) appearance: bool,
    pub(super) mentions: bool,
}

impl Verbs {
    pub(super) fn of<'c>(cues: impl Iterator<Item = &'c Cue>) -> Self {
        let mut verbs = Verbs {
            first: 0,
            end: 0,
            says: false,
            stance: false,
            judging: false,
            presents: false,
            documents: false,
            quotes: false,
            attitude: false,
            adjective: false,
            perception: false,
            appearance: false,
            mentions: false,
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
                CueClass::AttitudeVerb => verbs.attitude = true,
                CueClass::AttitudeAdjective => verbs.adjective = true,
                CueClass::PerceptionVerb => verbs.perception = true,
                CueClass::AppearanceVerb => verbs.appearance = true,
                CueClass::MentionVerb => verbs.mentions = true,
                _ => continue,
            }
            verbs.end = verbs.end.max(cue.end);
        }
        verbs
    }

    /// Some phrases are listed with the word that shows they are verbs ("dismissed the", "added that", "called
    /// it"); it belongs to what follows.
    pub(super) fn end_of_verb(&self, tokens: &[Token]) -> usize {
        let end = self.end as usize;
        let belongs_after = end > self.first as usize + 1
            && tokens.get(end - 1).is_some_and(|token| {
                token.has(word::DETERMINER | word::PRONOUN_PERSON | word::PRONOUN_OTHER) || CLAUSE.contains(&token.key)
            });
        if belongs_after { end - 1 } else { end }
    }

    /// A verb of documents or of quotations only: nothing to mention where these are absent.
    pub(super) fn is_narrow(&self) -> bool {
        let broad = self.says || self.stance || self.judging || self.presents;
        let mind = self.attitude || self.adjective || self.perception || self.appearance || self.mentions;
        !broad && !mind
    }

    /// Some class of these reports.
    pub(super) fn reports(&self) -> bool {
        self.says || self.stance || self.judging || self.presents || self.documents || self.quotes
    }

    /// What the verb hands over where it reports nothing.
    pub(super) fn act(&self) -> Act {
        if self.attitude || self.adjective {
            Act::Attitude
        } else if self.appearance {
            Act::Hearsay
        } else if self.perception && !self.says {
            Act::Perception
        } else {
            Act::Mention
        }
    }

    pub(super) fn sort(&self) -> VerbSort {
        if self.judging { VerbSort::Judging } else { VerbSort::Neutral }
    }
}

pub(super) fn is_report_verb(class: CueClass) -> bool {
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

pub(super) static GRANT: KeySet<16> = KeySet::new([
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
static UNDONE: KeySet<2> = KeySet::new(["than", "without"]);
static ANYONE: KeySet<4> = KeySet::new(["anyone", "anybody", "nobody", "no-one"]);
pub(super) static SAY: KeySet<6> = KeySet::new(["say", "says", "said", "tell", "tells", "told"]);
pub(super) static TELL: KeySet<3> = KeySet::new(["tell", "tells", "told"]);
static READS: KeySet<2> = KeySet::new(["reads", "read"]);
static PROGRESSIVE: KeySet<5> = KeySet::new(["he's", "she's", "they're", "we're", "it's"]);
pub(super) const TO: u64 = word_key("to");
pub(super) const THAT: u64 = word_key("that");

/// A verb or an adjective that hands something over without reporting it.
pub(super) fn is_mention_verb(class: CueClass) -> bool {
    matches!(
        class,
        CueClass::AttitudeVerb
            | CueClass::AttitudeAdjective
            | CueClass::PerceptionVerb
            | CueClass::AppearanceVerb
            | CueClass::MentionVerb
    )
}

static CLAUSE: KeySet<4> = KeySet::new(["whether", "how", "why", "if"]);
