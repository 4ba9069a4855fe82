//! Five annotated articles that are kept beside the repository, not in it: no words of theirs stand here but a few
//! fragments by which a place is found. Where the folder is missing, the tests say so and pass.

use std::fs;
use std::path::{Path, PathBuf};

use candor::features::{FEATURES, FeatureVector, Tier};
use candor::report::{Evidence, Field, Place, SourceKind, Support, Voice};
use candor::text::{BlockKind, ByteSpan, Document};
use candor::{Article, Engine, Report};
use serde_json::Value;

struct Seed {
    name: String,
    text: String,
    report: Report,
}

fn shared() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared")
}

/// The five articles, in order of their names; nothing where they are not to be had.
fn seeds() -> Option<[Seed; 5]> {
    let Ok(folder) = fs::read_dir(shared().join("seeds")) else {
        eprintln!("skipped: there is no ../shared/seeds beside the repository");
        return None;
    };
    let engine = Engine::embedded().unwrap();
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let seeds = paths.into_iter().map(|path| {
        let text = fs::read_to_string(&path).unwrap();
        let report = engine.score(&Article::from_text(&text));
        Seed { name: path.file_name().unwrap().to_str().unwrap()[..3].to_owned(), text, report }
    });
    let seeds: [Seed; 5] = seeds.collect::<Vec<_>>().try_into().ok().expect("five articles");
    Some(seeds)
}

impl Seed {
    fn score(&self) -> f64 {
        self.report.verdict.as_ref().unwrap().score
    }

    fn sub_score(&self, id: &str) -> f64 {
        self.report.sub_scores.iter().find(|sub_score| sub_score.id == id).unwrap().score.unwrap()
    }

    fn value(&self, id: &str) -> f64 {
        self.report.features.iter().find(|feature| feature.id() == id).unwrap().value.unwrap_or_default()
    }

    fn article(&self) -> Article<'_> {
        Article::from_text(&self.text)
    }

    fn words(&self, place: Place) -> &str {
        place.words(&self.article()).unwrap()
    }

    /// Where a fragment stands that occurs once.
    fn find(&self, fragment: &str) -> ByteSpan {
        let mut found = self.text.match_indices(fragment);
        let (start, _) = found.next().unwrap_or_else(|| panic!("{}: no {fragment:?}", self.name));
        assert!(found.next().is_none(), "{}: {fragment:?} is not the only one", self.name);
        span(start, start + fragment.len())
    }

    fn evidence(&self, ids: &[&str]) -> impl Iterator<Item = &Evidence> {
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        self.report.evidence.iter().filter(move |piece| ids.iter().any(|id| id == piece.feature_id))
    }

    fn marked(&self, ids: &[&str], place: ByteSpan) -> bool {
        self.evidence(ids).any(|piece| piece.place.field == Field::Text && piece.place.span.overlaps(place))
    }

    /// The headline that the engine takes from the text.
    fn headline(&self) -> Option<String> {
        let headline = Document::read(&self.article()).headline?;
        headline.span.slice(&self.text).map(str::to_owned)
    }
}

fn span(start: usize, end: usize) -> ByteSpan {
    ByteSpan::new(u32::try_from(start).unwrap(), u32::try_from(end).unwrap())
}

/// The article with the greatest value.
fn first_by(seeds: &[Seed; 5], value: impl Fn(&Seed) -> f64) -> &str {
    let mut order: Vec<&Seed> = seeds.iter().collect();
    order.sort_by(|a, b| value(b).total_cmp(&value(a)));
    assert!(value(order[0]) > value(order[1]), "no article stands out");
    &order[0].name
}

/// The values of everything that a rate is made of.
fn rates(text: &str) -> Vec<(&'static str, Option<f64>)> {
    let vector = FeatureVector::of(&Article::from_text(text));
    let measured = FEATURES.iter().zip(vector.as_slice());
    measured
        .filter(|(feature, _)| feature.tier != Tier::Gate)
        .map(|(feature, found)| (feature.id, found.value()))
        .collect()
}

/// Pairs in which the model that ships contradicts an editor, the better article first, with what is known of it. They are
/// told in docs/reliability.md, too. No weight and no setting is chosen on the five articles, so none is tuned away; and one
/// that comes right fails the test until it is taken out here.
const CONTRADICTED: &[(&str, &str, &str)] = &[(
    "002",
    "003",
    "0.03 apart, well inside the intervals of both: that it rests on a document, and has no loaded words, outweighs the figures, \
     the date and the novelty of the other, and that it declares significance has no weight in the four corpora.",
)];

/// The best sourced article stands first, and the padded and the garbled one below the others. The five articles choose
/// no weight: this is what an editor would say of them, held against whatever model is shipped.
#[test]
fn the_best_sourced_article_scores_first_and_the_padded_and_garbled_last() {
    let Some([padded, spun, sourced, document, garbled]) = seeds() else { return };
    let mut pairs = vec![(&sourced, &document), (&sourced, &spun)];
    for low in [&padded, &garbled] {
        pairs.extend([(&sourced, low), (&document, low), (&spun, low)]);
    }
    for (above, below) in pairs {
        let (high, low) = (above.score(), below.score());
        let contradicted = CONTRADICTED.iter().any(|&(a, b, _)| (a, b) == (&above.name, &below.name));
        assert_eq!(high > low, !contradicted, "{} has {high} and {} has {low}", above.name, below.name);
    }
    // Whatever contradicts an editor, what is padded or garbled stands a fifth of the scale below all others.
    for low in [&padded, &garbled] {
        assert!(low.score() + 0.2 < [&sourced, &document, &spun].map(Seed::score).into_iter().fold(1.0, f64::min));
    }
}

#[test]
fn sub_scores_tell_padding_from_garble() {
    let Some(seeds) = seeds() else { return };
    assert_eq!(first_by(&seeds, |seed| -seed.sub_score("fluency")), "004");
    assert_eq!(first_by(&seeds, |seed| -seed.sub_score("information_density")), "000");
    assert_eq!(first_by(&seeds, |seed| -seed.sub_score("neutrality")), "000");
}

#[test]
fn features_single_out_the_article_that_shows_them() {
    let Some(seeds) = seeds() else { return };
    for (feature, name) in [
        ("quoted_word_ratio", "004"),
        ("quote_integrity_error_rate", "004"),
        ("garble_rate", "004"),
        ("named_attribution_ratio", "002"),
        ("epistemic_hedge_rate", "002"),
        ("filler_sentence_ratio", "000"),
        ("opinion_sentence_ratio", "000"),
        ("unsupported_claim_ratio", "000"),
    ] {
        assert_eq!(first_by(&seeds, |seed| seed.value(feature)), name, "{feature}");
    }
    // Not against 001: its loaded wording makes an opinion here, and the annotation counts it apart.
    let [_, _, sourced, document, garbled] = &seeds;
    for other in [sourced, garbled] {
        assert!(document.value("opinion_sentence_ratio") > other.value("opinion_sentence_ratio"), "{}", other.name);
    }
}

#[test]
fn only_the_padded_article_rests_on_a_bare_source() {
    let Some(seeds) = seeds() else { return };
    let [padded, rest @ ..] = &seeds;
    let bare = padded.find("according to a source");
    assert!(padded.marked(&["bare_anonymous_count"], bare));
    let said = padded.report.attributions.iter().find(|said| {
        said.source_kind == SourceKind::BareAnonymous && said.source.iter().any(|place| bare.contains(place.span))
    });
    assert!(said.is_some_and(|said| padded.words(said.source[0]).ends_with("source")));
    let rests = padded.report.sentences.iter().find(|sentence| sentence.place.span.overlaps(bare)).unwrap();
    assert_eq!(rests.support, Some(Support::WeakBare));
    for seed in rest {
        assert_eq!(seed.value("bare_anonymous_count"), 0.0, "{}", seed.name);
        assert!(seed.report.attributions.iter().all(|said| said.source_kind != SourceKind::BareAnonymous));
    }
}

#[test]
fn the_padding_of_the_padded_article_is_marked() {
    let Some([padded, ..]) = seeds() else { return };
    // The paragraphs that an editor marked as filler, by the bytes at which the annotation has them.
    let annotated = annotations();
    let filler: Vec<ByteSpan> = annotated
        .iter()
        .filter(|found| found.seed == "000" && found.category == "padding")
        .map(|found| found.span)
        .collect();
    assert_eq!(filler.len(), 3);
    for paragraph in filler {
        let marks = padded
            .evidence(&["filler_sentence_ratio", "significance_template_rate"])
            .filter(|piece| paragraph.contains(piece.place.span))
            .count();
        assert!(marks >= 2, "{marks} marks in {paragraph:?}");
    }
}

#[test]
fn headlines_are_found_where_there_are_any() {
    let Some(seeds) = seeds() else { return };
    for (seed, missing) in seeds.iter().zip([true, false, false, false, true]) {
        assert_eq!(seed.headline().is_none(), missing, "{}: {:?}", seed.name, seed.headline());
        assert_eq!(seed.value("headline_missing") > 0.0, missing, "{}", seed.name);
    }
    let document = &seeds[3];
    assert!(document.text.starts_with("World\n"));
    assert_eq!(document.headline().as_deref(), document.text.lines().nth(1).map(str::trim_end));
    let blocks = Document::read(&document.article()).blocks;
    assert_eq!(blocks[0].kind, BlockKind::SectionLabel);
}

#[test]
fn only_one_article_doubles_its_headline() {
    let Some(seeds) = seeds() else { return };
    for seed in &seeds {
        assert_eq!(seed.value("duplicate_block_ratio") > 0.0, seed.name == "002", "{}", seed.name);
    }
    let sourced = &seeds[2];
    let title = sourced.text.lines().next().unwrap();
    let second = sourced.text.rfind(title).unwrap();
    assert!(second > 0);
    let doubled = sourced.report.sentences.iter().find(|sentence| sentence.place.span.start() as usize == second);
    assert!(doubled.is_some_and(|sentence| sentence.boilerplate));
}

#[test]
fn page_furniture_is_found_and_moves_no_rate() {
    let Some(seeds) = seeds() else { return };
    for (seed, fragments) in seeds.iter().zip([
        &["\nShare.", "Exit mobile version"][..],
        &["Please enter your comment!", "enter your name here", "Enable Google Transliteration"],
        &["comments posted here", "in your comments"],
        &["World\n"],
        &[],
    ]) {
        assert_eq!(seed.value("boilerplate_char_ratio") > 0.0, !fragments.is_empty(), "{}", seed.name);
        for fragment in fragments {
            let place = seed.find(fragment);
            let held =
                seed.report.sentences.iter().filter(|sentence| sentence.place.span.overlaps(place)).collect::<Vec<_>>();
            assert!(!held.is_empty() && held.iter().all(|sentence| sentence.boilerplate), "{}: {fragment}", seed.name);
        }
    }
    let [padded, spun, sourced, document, garbled] = &seeds;
    let until = |seed: &Seed, fragment: &str| seed.text[..seed.find(fragment).start() as usize].to_owned();
    let doubled = sourced.text.lines().next().unwrap().len();
    for (seed, bare) in [
        (padded, until(padded, "\nShare.")),
        (spun, until(spun, "Please enter your comment!")),
        (sourced, until(sourced, "The comments posted here")),
        (sourced, sourced.text[doubled..].trim_start().to_owned()),
        (document, document.text["World\n".len()..].to_owned()),
    ] {
        assert!(bare.len() < seed.text.len());
        assert_eq!(rates(&seed.text), rates(&bare), "{}", seed.name);
    }
    for furniture in [
        "\nShare.\nExit mobile version",
        "\n\nPlease enter your comment!\nPlease enter your name here\n",
        "\n\nThe comments posted here are not ours. Kindly refrain from using obscene words in your comments.",
    ] {
        assert_eq!(rates(&garbled.text), rates(&format!("{}{furniture}", garbled.text)), "{furniture}");
    }
}

#[test]
fn broken_quotations_of_the_garbled_article_are_marked() {
    let Some([.., garbled]) = seeds() else { return };
    let unclosed = garbled.find("\u{201c}They are oppressing");
    let regressed = garbled.find("was regressed");
    let unopened = span(regressed.end() as usize, regressed.end() as usize + ".\u{201d}".len());
    let orphan = garbled.find("difference.\u{201d} . \u{201c}");
    for place in [unclosed, unopened, orphan] {
        assert!(garbled.marked(&["quote_integrity_error_rate"], place), "{place:?}");
    }
    let marked = garbled.evidence(&["quote_integrity_error_rate"]).find(|piece| piece.place.span.overlaps(unclosed));
    assert!(marked.is_some_and(|piece| piece.place.span.start() == unclosed.start()));
    // An open quotation ends with its paragraph.
    let paragraph = garbled.text[unclosed.start() as usize..].lines().next().unwrap().len();
    assert!(marked.is_some_and(|piece| piece.place.span.end() as usize <= unclosed.start() as usize + paragraph));
}

#[test]
fn the_absence_of_evidence_is_credited_not_blamed() {
    let Some(seeds) = seeds() else { return };
    let garbled = &seeds[4];
    assert!(garbled.marked(&["negated_evidence_count"], garbled.find("there is no proof")));
    assert!(garbled.marked(&["negated_evidence_count"], garbled.find("not been able to")));
    assert_eq!(first_by(&seeds, |seed| seed.value("negated_evidence_count")), "004");
}

#[test]
fn a_country_is_no_report() {
    let Some(seeds) = seeds() else { return };
    for seed in &seeds {
        for said in &seed.report.attributions {
            for cue in &said.cue {
                assert!(!seed.words(*cue).contains("States"), "{}: {said:?}", seed.name);
            }
        }
    }
    assert!(seeds[1].text.contains("United States"));
}

#[test]
fn words_inside_quotations_are_not_the_articles_own() {
    let Some([.., garbled]) = seeds() else { return };
    for fragment in ["brutal occupation", "I think it will"] {
        let place = garbled.find(fragment);
        for piece in garbled.evidence(&["loaded_language_rate", "epistemic_hedge_rate", "booster_rate"]) {
            assert!(!piece.place.span.overlaps(place) || piece.voice == Voice::Quoted, "{piece:?}");
        }
    }
}

/// One annotated span.
struct Annotated {
    seed: String,
    category: String,
    subtype: String,
    span: ByteSpan,
}

fn annotations() -> Vec<Annotated> {
    let file = fs::read(shared().join("research/seeds-annotated.json")).expect("annotations stand beside the articles");
    let all: Value = serde_json::from_slice(&file).unwrap();
    let at = |found: &Value, key: &str| usize::try_from(found[key].as_u64().unwrap()).unwrap();
    let text = |found: &Value, key: &str| found[key].as_str().unwrap_or_default().to_owned();
    all["documents"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|document| {
            document["spans"].as_array().unwrap().iter().map(|found| Annotated {
                seed: text(document, "id"),
                category: text(found, "category"),
                subtype: text(found, "subtype"),
                span: span(at(found, "byte_start"), at(found, "byte_end")),
            })
        })
        .collect()
}

/// A kind of annotation, what Candor should have there, and the share it found when this was written, rounded down.
struct Kind {
    name: &'static str,
    annotated: fn(&Annotated) -> bool,
    found: fn(&Seed, ByteSpan) -> bool,
    floor: f64,
}

fn attributed_to(seed: &Seed, place: ByteSpan, kinds: &[SourceKind]) -> bool {
    seed.report.attributions.iter().any(|said| {
        kinds.contains(&said.source_kind) && said.source.iter().chain(&said.cue).any(|part| part.span.overlaps(place))
    })
}

const KINDS: &[Kind] = &[
    Kind {
        name: "bare anonymous",
        annotated: |found| found.subtype == "anonymous_source_bare",
        found: |seed, place| seed.marked(&["bare_anonymous_count"], place),
        floor: 1.0,
    },
    Kind {
        name: "named attribution",
        annotated: |found| found.category == "named_attribution",
        found: |seed, place| attributed_to(seed, place, &[SourceKind::Person, SourceKind::Organisation]),
        floor: 0.8,
    },
    Kind {
        name: "organisation or document",
        annotated: |found| found.category == "org_attribution",
        found: |seed, place| attributed_to(seed, place, &[SourceKind::Organisation, SourceKind::Document]),
        floor: 0.7,
    },
    Kind {
        name: "vague attribution",
        annotated: |found| found.category == "vague_attribution",
        found: |seed, place| {
            seed.marked(
                &["vague_collective_rate", "weasel_attribution_rate", "bare_anonymous_count", "anonymous_source_ratio"],
                place,
            )
        },
        floor: 0.7,
    },
    Kind {
        name: "unsupported claim",
        annotated: |found| found.category == "unsupported_claim",
        found: |seed, place| seed.marked(&["unsupported_claim_ratio", "weakly_supported_claim_ratio"], place),
        floor: 0.35,
    },
    Kind {
        name: "hedge",
        annotated: |found| found.category == "hedge",
        found: |seed, place| {
            seed.marked(&["epistemic_hedge_rate", "evidential_distance_rate", "negated_evidence_count"], place)
        },
        floor: 0.4,
    },
    Kind {
        name: "repetition or padding",
        annotated: |found| found.category == "repetition" || found.category == "padding",
        found: |seed, place| {
            seed.marked(
                &[
                    "repeated_ngram_ratio",
                    "paraphrase_repeat_ratio",
                    "filler_sentence_ratio",
                    "significance_template_rate",
                    "windowed_sentence_novelty",
                ],
                place,
            )
        },
        floor: 0.6,
    },
    Kind {
        name: "opinion or editorialising",
        annotated: |found| found.category == "opinion_as_fact" || found.category == "editorializing",
        found: |seed, place| {
            seed.marked(
                &[
                    "opinion_sentence_ratio",
                    "significance_template_rate",
                    "deontic_own_voice_rate",
                    "filler_sentence_ratio",
                ],
                place,
            )
        },
        floor: 0.85,
    },
    Kind {
        name: "broken quote",
        annotated: |found| found.category == "broken_quote",
        found: |seed, place| seed.marked(&["quote_integrity_error_rate"], place),
        floor: 1.0,
    },
    Kind {
        name: "garble",
        annotated: |found| found.category == "mt_garble",
        found: |seed, place| seed.marked(&["garble_rate", "quote_integrity_error_rate"], place),
        floor: 0.25,
    },
    Kind {
        name: "loaded language",
        annotated: |found| found.category == "loaded_language",
        found: |seed, place| seed.marked(&["loaded_language_rate"], place),
        floor: 0.1,
    },
    Kind {
        name: "boilerplate",
        annotated: |found| found.category == "boilerplate",
        found: |seed, place| {
            let sentences = seed.report.sentences.iter();
            sentences.filter(|sentence| sentence.place.span.overlaps(place)).all(|sentence| sentence.boilerplate)
        },
        floor: 1.0,
    },
];

#[test]
fn annotated_places_are_found() {
    let Some(seeds) = seeds() else { return };
    let annotated = annotations();
    let mut low = Vec::new();
    println!("{:<26} {:>9} {:>6} {:>6}", "annotated as", "places", "found", "floor");
    for kind in KINDS {
        let (mut all, mut found, mut missed) = (0u32, 0u32, Vec::new());
        for place in annotated.iter().filter(|place| (kind.annotated)(place)) {
            let seed = seeds.iter().find(|seed| seed.name == place.seed).unwrap();
            all += 1;
            if (kind.found)(seed, place.span) {
                found += 1;
            } else {
                missed.push(format!("{}:{}-{}", place.seed, place.span.start(), place.span.end()));
            }
        }
        let share = f64::from(found) / f64::from(all.max(1));
        println!("{:<26} {all:>9} {found:>6} {:>6.2}  missed {}", kind.name, kind.floor, missed.join(" "));
        if all == 0 || share < kind.floor {
            low.push(format!("{}: {found} of {all}, at least {} expected", kind.name, kind.floor));
        }
    }
    assert!(low.is_empty(), "{}", low.join("\n"));
}

/// The features of which one must have marked a place that is annotated as this. Categories that no feature stands for are
/// not listed: they are named in `WITHOUT_FEATURE`.
const MARKED_AS: &[(&str, &[&str])] = &[
    ("named_attribution", &["named_attribution_ratio", "attribution_anchor_ratio", "attributed_sentence_ratio"]),
    ("named_entity_specificity", &["named_attribution_ratio", "attribution_anchor_ratio", "distinct_entity_rate"]),
    (
        "org_attribution",
        &["named_attribution_ratio", "attribution_anchor_ratio", "document_source_rate", "right_of_reply_present"],
    ),
    ("provenance", &["attribution_anchor_ratio", "named_attribution_ratio", "document_source_rate"]),
    ("semi_anonymous_attribution", &["anonymous_source_ratio", "named_attribution_ratio", "attribution_anchor_ratio"]),
    (
        "vague_attribution",
        &["vague_collective_rate", "weasel_attribution_rate", "bare_anonymous_count", "anonymous_source_ratio"],
    ),
    ("attribution_verb", &["judgemental_report_verb_share"]),
    ("direct_quote", &["quoted_word_ratio", "speaker_linked_quote_ratio", "scare_quote_rate"]),
    ("broken_quote", &["quote_integrity_error_rate"]),
    ("quote_mismatch", &["quote_variant_conflict_count"]),
    (
        "unsupported_claim",
        &[
            "unsupported_claim_ratio",
            "weakly_supported_claim_ratio",
            "superlative_unsupported_count",
            "interpretive_claim_ratio",
        ],
    ),
    ("hedge", &["epistemic_hedge_rate", "evidential_distance_rate", "negated_evidence_count", "approximator_rate"]),
    ("booster", &["booster_rate", "deontic_own_voice_rate", "factive_frame_rate"]),
    ("opinion_as_fact", &["opinion_sentence_ratio", "deontic_own_voice_rate", "interpretive_claim_ratio"]),
    ("editorializing", &["opinion_sentence_ratio", "significance_template_rate", "interpretive_claim_ratio"]),
    ("loaded_language", &["loaded_language_rate"]),
    ("headline_body_mismatch", &["headline_certainty_gap", "headline_body_overlap"]),
    ("specificity", &["number_rate", "absolute_date_rate", "distinct_entity_rate", "quantitative_support_ratio"]),
    ("relative_time", &["unanchored_time_ratio"]),
    ("repetition", &["repeated_ngram_ratio", "paraphrase_repeat_ratio", "windowed_sentence_novelty"]),
    ("padding", &["filler_sentence_ratio"]),
    ("duplicate_title", &["duplicate_block_ratio"]),
    ("mt_garble", &["garble_rate", "fragment_ratio", "quote_integrity_error_rate"]),
    ("internal_inconsistency", &["number_conflict_count", "date_arithmetic_error_count"]),
    // Furniture leaves no mark: it is left out.
    ("boilerplate", &[]),
];

/// What an editor noted that is no fault and no merit by the dictionary of features, and why.
const WITHOUT_FEATURE: &[(&str, &str)] = &[
    ("crosshead", "the structure of the page, which the classes of blocks tell"),
    ("headline", "the structure of the page, which the classes of blocks tell"),
    ("fluency", "a choice of words, and words are never judged for style"),
    ("topic_drift", "what belongs to a story takes knowledge of the world"),
    ("typography", "two kinds of apostrophes tell of the editing system, not of the reporting"),
];

/// Places where no mark is asked for, one a line: `article:first-end category | why`. Offsets are bytes.
fn exceptions() -> Vec<(String, String)> {
    include_str!("seeds_exceptions.txt")
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with('#'))
        .map(|line| {
            let (place, why) = line.split_once('|').expect("a place and a reason");
            assert!(why.trim().ends_with('.'), "a reason is a sentence: {line}");
            (place.trim().to_owned(), why.trim().to_owned())
        })
        .collect()
}

#[test]
fn every_annotation_is_matched_or_argued() {
    let Some(seeds) = seeds() else { return };
    let mut excepted: std::collections::BTreeMap<String, bool> =
        exceptions().into_iter().map(|(place, _)| (place, false)).collect();
    let (mut unmatched, mut stale) = (Vec::new(), Vec::new());
    let mut matched = 0;
    for found in annotations() {
        if WITHOUT_FEATURE.iter().any(|(category, _)| *category == found.category) {
            continue;
        }
        let (_, features) =
            MARKED_AS.iter().find(|(category, _)| *category == found.category).expect("a category that is known");
        let seed = seeds.iter().find(|seed| seed.name == found.seed).unwrap();
        let is_marked = if features.is_empty() {
            let mut inside = seed.report.sentences.iter().filter(|own| own.place.span.overlaps(found.span));
            inside.all(|own| own.boilerplate)
        } else {
            seed.report.evidence.iter().any(|piece| {
                let places = std::iter::once(piece.place).chain(piece.related);
                let here = |place: Place| place.field == Field::Text && place.span.overlaps(found.span);
                features.contains(&piece.feature_id) && places.into_iter().any(here)
            })
        };
        let place = format!("{}:{}-{} {}", found.seed, found.span.start(), found.span.end(), found.category);
        match (is_marked, excepted.get_mut(&place)) {
            (true, None) => matched += 1,
            (true, Some(used)) => {
                *used = true;
                stale.push(place);
            }
            (false, Some(used)) => *used = true,
            (false, None) => unmatched.push(format!("{place} ({})", found.subtype)),
        }
    }
    stale.extend(excepted.into_iter().filter(|(_, used)| !used).map(|(place, _)| place));
    println!("{matched} matched, {} unmatched", unmatched.len());
    assert!(unmatched.is_empty(), "nothing marks, and nothing argues for:\n{}", unmatched.join("\n"));
    assert!(stale.is_empty(), "marked now, or not annotated at all:\n{}", stale.join("\n"));
}
