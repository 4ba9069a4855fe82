//! Texts that are no articles, and texts made to cost time.

mod common;

use std::fmt::Write as _;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use candor::lexicon::CueClass;
use candor::report::{Applicability, View, Voice};
use candor::rpc::Limits;
use candor::text::Document;
use candor::{Article, Engine, Report};
use common::{article, request, start};
use tonic::Code;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::embedded().unwrap());

const MEGABYTE: usize = 1 << 20;

fn score(text: &str) -> Report {
    ENGINE.score_for(&Article::from_text(text), View::Full)
}

fn verdict_of(text: &str) -> Applicability {
    let report = score(text);
    assert_eq!(report.verdict.is_some(), report.applicability == Applicability::Ok);
    assert_eq!(report.features.len(), candor::features::catalogue().count(), "features come with every report");
    report.applicability
}

fn assert_judged(text: &str, expected: Applicability) {
    let report = score(text);
    let head: String = text.chars().take(60).collect();
    assert_eq!(report.applicability, expected, "{head:?}: {}", report.applicability_reason);
}

/// A plain story of four paragraphs.
const STORY: &str = "The water board of Ostrava Falls will replace 40 miles of lead pipe by 2027, its director said on \
    Tuesday.\n\nThe work will cost $18 million, according to a plan that the board published last week. Residents of \
    the east side will be first, the director, Hanna Moreau, told a meeting at the town hall.\n\n\u{201c}We have known \
    about the pipes for a long time, and we should have started sooner,\u{201d} Moreau said.\n\nCouncilman Piet Abara \
    said that the board had not explained how it chose the streets. He asked for a list by March 3. A spokeswoman for \
    the board said that the list would be sent to every household in January.";

#[test]
fn a_plain_story_is_scored() {
    assert_judged(STORY, Applicability::Ok);
}

#[test]
fn nothing_to_read_is_too_short() {
    for text in
        ["", " ", "\n", "\r\n\r\n", "\t \u{a0}\u{2003}", "\u{feff}", "\u{200b}\u{200b}", "x", "A", "7", ".", "Hello."]
    {
        assert_judged(text, Applicability::TooShort);
    }
}

#[test]
fn a_brief_is_too_short() {
    assert_judged("The bridge is closed. The mayor said it will open in May.", Applicability::TooShort);
}

#[test]
fn marks_without_words_are_refused() {
    for text in ["\u{1f600}", "\"", "\u{201c}", "\u{201d}", "\0", "'", "\u{2019}", "?!", "-", "\u{301}", "\u{202e}"] {
        for times in [1, 500] {
            assert_ne!(verdict_of(&text.repeat(times)), Applicability::Ok, "{text:?} {times} times");
        }
    }
}

#[test]
fn one_word_over_and_over_is_no_prose() {
    assert_judged(&"word ".repeat(1000), Applicability::NotProse);
    assert_judged(&"the ".repeat(1000), Applicability::NotProse);
    assert_judged(&"The. ".repeat(1000), Applicability::NotProse);
}

#[test]
fn ten_megabytes_of_one_word_are_refused() {
    assert_judged(&"word ".repeat(10 * MEGABYTE / 5), Applicability::NotProse);
}

#[test]
fn ten_megabytes_in_one_token_are_refused() {
    assert_ne!(verdict_of(&"w".repeat(10 * MEGABYTE)), Applicability::Ok);
}

#[test]
fn a_line_of_a_megabyte_of_prose_is_scored() {
    let line = STORY.replace("\n\n", " ") + " ";
    assert_judged(&line.repeat(MEGABYTE / line.len()), Applicability::Ok);
}

#[tokio::test]
async fn over_the_wire_a_text_beyond_the_limit_is_a_typed_error_and_below_it_a_report() {
    let server = start(Limits::default()).await.unwrap();
    let text = "word ".repeat(MEGABYTE / 2);
    let refused = server.client().score_article(request(article("", &text))).await.unwrap_err();
    assert_eq!(refused.code(), Code::InvalidArgument);
    assert!(refused.message().contains("2097152"), "{}", refused.message());
    let report = server.client().score_article(request(article("", "\0\0\r\n\u{201c}"))).await.unwrap().into_inner();
    assert!(report.report.unwrap().score.is_none());
}

#[test]
fn other_languages_are_not_english() {
    for text in [
        // French
        "Le conseil municipal a adopt\u{e9} mardi soir un budget de douze millions d'euros pour la r\u{e9}novation du \
         vieux pont. Selon la maire, les travaux commenceront au printemps et dureront deux ans. \u{ab} Nous avons \
         attendu trop longtemps \u{bb}, a-t-elle d\u{e9}clar\u{e9} devant les habitants. L'opposition, qui avait \
         demand\u{e9} une \u{e9}tude ind\u{e9}pendante, regrette que le prix ait doubl\u{e9} depuis la premi\u{e8}re \
         estimation. Le chantier sera confi\u{e9} \u{e0} une entreprise de la r\u{e9}gion, et la circulation sera \
         d\u{e9}vi\u{e9}e par la route du moulin pendant toute la dur\u{e9}e des travaux.",
        // German
        "Der Stadtrat hat am Dienstagabend beschlossen, das alte Hallenbad bis zum Herbst zu schlie\u{df}en. Die \
         B\u{fc}rgermeisterin sagte, die Heizung sei nicht mehr zu retten, und ein Gutachten habe das best\u{e4}tigt. \
         \u{201e}Wir haben jahrelang geflickt\u{201c}, sagte sie nach der Sitzung. Die Schwimmvereine f\u{fc}rchten, dass \
         sie ihre Kurse nicht weiterf\u{fc}hren k\u{f6}nnen. Nach Angaben der Verwaltung kostet ein Neubau etwa \
         vierzehn Millionen Euro, von denen das Land ein Drittel tragen w\u{fc}rde. \u{dc}ber den Standort will der \
         Rat erst im kommenden Jahr entscheiden, wenn die Ergebnisse der Befragung vorliegen.",
        // Spanish
        "El ayuntamiento aprob\u{f3} el martes por la noche la reforma del mercado central, que permanecer\u{e1} \
         cerrado hasta la primavera. La alcaldesa dijo que las obras costar\u{e1}n nueve millones de euros y que los \
         comerciantes se trasladar\u{e1}n a una carpa en la plaza. \u{ab}No se trata de un capricho\u{bb}, \
         declar\u{f3} ante los vecinos. La oposici\u{f3}n critica que el proyecto no se haya sometido a consulta \
         p\u{fa}blica. Seg\u{fa}n un informe municipal, el tejado amenaza con hundirse desde hace tres a\u{f1}os, y \
         las lluvias del \u{fa}ltimo invierno empeoraron la situaci\u{f3}n de la estructura.",
        // Russian
        "\u{413}\u{43e}\u{440}\u{43e}\u{434}\u{441}\u{43a}\u{43e}\u{439} \u{441}\u{43e}\u{432}\u{435}\u{442} \u{432}\u{43e} \u{432}\u{442}\u{43e}\u{440}\u{43d}\u{438}\u{43a} \u{443}\u{442}\u{432}\u{435}\u{440}\u{434}\u{438}\u{43b} \u{440}\u{435}\u{43c}\u{43e}\u{43d}\u{442} \u{441}\u{442}\u{430}\u{440}\u{43e}\u{433}\u{43e} \u{43c}\u{43e}\u{441}\u{442}\u{430}. \u{420}\u{430}\u{431}\u{43e}\u{442}\u{44b} \u{43d}\u{430}\u{447}\u{43d}\u{443}\u{442}\u{441}\u{44f} \u{432}\u{435}\u{441}\u{43d}\u{43e}\u{439} \u{438} \u{43f}\u{440}\u{43e}\u{434}\u{43b}\u{44f}\u{442}\u{441}\u{44f} \u{434}\u{432}\u{430} \u{433}\u{43e}\u{434}\u{430}.",
        // Chinese
        "\u{5e02}\u{8bae}\u{4f1a}\u{5468}\u{4e8c}\u{6279}\u{51c6}\u{4e86}\u{65e7}\u{6865}\u{7684}\u{4fee}\u{7f2e}\u{8ba1}\u{5212}\u{3002}\u{5de5}\u{7a0b}\u{5c06}\u{4e8e}\u{660e}\u{5e74}\u{6625}\u{5929}\u{5f00}\u{59cb}\u{3002}",
        // Arabic
        "\u{648}\u{627}\u{641}\u{642} \u{645}\u{62c}\u{644}\u{633} \u{627}\u{644}\u{645}\u{62f}\u{64a}\u{646}\u{629} \u{64a}\u{648}\u{645} \u{627}\u{644}\u{62b}\u{644}\u{627}\u{62b}\u{627}\u{621} \u{639}\u{644}\u{649} \u{62e}\u{637}\u{629} \u{644}\u{62a}\u{631}\u{645}\u{64a}\u{645} \u{627}\u{644}\u{62c}\u{633}\u{631} \u{627}\u{644}\u{642}\u{62f}\u{64a}\u{645}.",
    ] {
        assert_judged(text, Applicability::NotEnglish);
        assert_judged(&format!("{text}\n\n").repeat(6), Applicability::NotEnglish);
    }
}

#[test]
fn english_with_foreign_names_stays_english() {
    let text = STORY
        .replace("Hanna Moreau", "Zo\u{eb} M\u{fc}ller-Ibarrur\u{ed}")
        .replace("Ostrava Falls", "\u{141}\u{f3}d\u{17a} Wielka");
    assert_judged(&text, Applicability::Ok);
}

#[test]
fn tables_code_and_lists_are_no_prose() {
    let mut table = String::new();
    for row in 0..60 {
        let _ = writeln!(table, "{}\t{}\t{}.{}\t{}", 1960 + row, row * 37, row, row * 7 % 10, row * row);
    }
    let code =
        "fn main() {\n    let mut total = 0;\n    for i in 0..10 {\n        total += i * 2;\n        if total > 7 { \
                break; }\n    }\n    println!(\"{}\", total);\n}\n\n"
            .repeat(12);
    let shopping =
        "- milk\n- two loaves of bread\n- eggs\n- a bag of rice\n- onions\n- soap\n- coffee\n- oats\n".repeat(10);
    let menu = "Home\nNews\nSport\nAbout us\nContact\nSign in\nToday's paper\nArchive of stories\n".repeat(12);
    for text in [&table, &code, &shopping, &menu] {
        let found = verdict_of(text);
        assert!(matches!(found, Applicability::NotProse | Applicability::NotEnglish), "{found:?}: {text:.40}");
    }
}

#[test]
fn no_punctuation_at_all_is_no_prose() {
    let words = "the mayor said that the bridge would be closed because the river had risen and nobody could cross it ";
    assert_judged(&words.repeat(20), Applicability::NotProse);
}

#[test]
fn capitals_and_line_ends_do_not_cost_a_score() {
    assert_judged(&STORY.to_uppercase(), Applicability::Ok);
    assert_judged(&STORY.to_lowercase(), Applicability::Ok);
    assert_judged(&STORY.replace('\n', "\r\n"), Applicability::Ok);
    assert_judged(&STORY.replace('\n', "\r"), Applicability::Ok);
    assert_judged(&format!("\u{feff}{STORY}\0"), Applicability::Ok);
    let (unix, windows) = (score(STORY), score(&STORY.replace('\n', "\r\n")));
    assert_eq!(unix.verdict, windows.verdict);
}

#[test]
fn control_characters_inside_a_story_cost_neither_score_nor_spans() {
    let text = STORY.replace("lead pipe", "lead\0pipe").replace("Tuesday", "\u{1b}[31mTuesday");
    assert_judged(&text, Applicability::Ok);
}

#[test]
fn an_unclosed_quotation_ends_with_its_paragraph() {
    let text = STORY.replace("sooner,\u{201d} Moreau", "sooner, Moreau");
    let report = score(&text);
    assert_eq!(report.applicability, Applicability::Ok);
    let marked = report.evidence.iter().find(|piece| piece.feature_id == "quote_integrity_error_rate").unwrap();
    assert!(marked.place.words(&Article::from_text(&text)).unwrap().starts_with("\u{201c}We have known"));
    let last = report.sentences.last().unwrap();
    assert_eq!(last.voice, Voice::Own);
}

/// What the engine makes of a text, counted: work that nobody asked for would show in these.
fn counts(report: &Report) -> [usize; 3] {
    [report.evidence.len(), report.sentences.len(), report.attributions.len()]
}

/// What makes the work linear, without a clock: everything that a detector may look at once for each word of a
/// sentence is in the sentence, and no sentence is longer than this; tokens and cues are no more than the text has
/// room for.
fn assert_bounded(name: &str, text: &str) {
    const LONGEST_SENTENCE: usize = 300;
    let document = Document::read(&Article::from_text(text));
    assert!(document.tokens.len() <= text.len(), "{name}");
    assert!(document.cues.len() <= CueClass::ALL.len() * document.tokens.len(), "{name}");
    // Marks without words join the sentence before them, and carry no work.
    let words = |range: std::ops::Range<usize>| {
        document.tokens.get(range).unwrap_or_default().iter().filter(|token| token.counts()).count()
    };
    let longest = document.sentences.iter().map(|sentence| words(sentence.tokens())).max().unwrap_or(0);
    assert!(longest <= LONGEST_SENTENCE, "{name}: a sentence of {longest} words");
}

/// Scores a text of about `size` bytes and eight times as much. What is found may grow with the text and no faster;
/// so may the time, with much room, since a machine has other things to do.
fn assert_linear(name: &str, make: impl Fn(usize) -> String) {
    const SIZE: usize = 24_000;
    let timed = |size: usize| {
        let text = make(size);
        let tries = (0..2).map(|_| {
            let begin = Instant::now();
            let report = score(&text);
            (begin.elapsed(), counts(&report), text.len())
        });
        tries.min_by_key(|(elapsed, ..)| *elapsed).unwrap()
    };
    let ((small_time, small, small_bytes), (large_time, large, large_bytes)) = (timed(SIZE), timed(8 * SIZE));
    assert!(large_bytes < 9 * small_bytes, "{name}");
    assert_bounded(name, &make(8 * SIZE));
    for (small, large) in small.into_iter().zip(large) {
        assert!(large <= 12 * small + 200, "{name}: {small} became {large}");
    }
    let floor = Duration::from_millis(15);
    assert!(
        large_time < 24 * small_time.max(floor),
        "{name}: {small_time:?} for {small_bytes} bytes, {large_time:?} for {large_bytes}"
    );
    if std::env::var_os("CANDOR_SHOW_TIMES").is_some() {
        println!("{name:<40} {small_time:>10.1?} {large_time:>10.1?} {small:?} {large:?}");
    }
}

fn repeated(unit: &str) -> impl Fn(usize) -> String {
    let unit = unit.to_owned();
    move |size| unit.repeat(size / unit.len())
}

#[test]
fn repeated_pieces_cost_linear_time() {
    for unit in [
        "a ",
        "said ",
        "he said, ",
        "\"",
        "\u{201c}",
        "\u{201d}",
        "'",
        "\u{2018}a",
        "May 9 ",
        "according to a source ",
        "pointed to ",
        "shows ",
        "and suggested ",
        "the plan to win, saying ",
        "the the ",
        "x.",
        "A. ",
        "U.S. ",
        "\n",
        "\r\n",
        "\u{301}",
        "(",
        "https://",
        "http://a.b/c\"",
        "it is believed that ",
        "some critics of the mayor of the town of the county ",
        "of the ",
        "must be ",
        "1,",
        "1-a-",
        "a'",
        "\u{201c}a \u{2018}b ",
        "and the mayor said ",
        "According to the mayor, who said that according to ",
        "Mr. J. K. ",
        "\"a\" ",
        "Share. ",
        "5 people killed ",
        "Monday, November 8, 2016 ",
        "from 2015 to 2012 ",
        "5 percent approve ",
        "Jane Doe, 43, ",
        "1955, 60 years ago. ",
        "the 12-member council ",
        "[1",
        "- x\n",
        "By Jane Doe\n",
        "He said it. \u{201c}We know.\u{201d} ",
        "\u{1f468}\u{200d}\u{1f469}",
    ] {
        assert_linear(unit, repeated(unit));
    }
}

#[test]
fn a_plain_story_over_and_over_costs_linear_time() {
    assert_linear("story", |size| format!("{STORY}\n\n").repeat(size / STORY.len()));
}

#[test]
fn many_lines_cost_linear_time() {
    assert_linear("identical lines", |size| "The mayor of the town said no.\n".repeat(size / 31));
    assert_linear("distinct lines", |size| {
        (0..size / 12).fold(String::new(), |mut text, number| {
            let _ = writeln!(text, "Line {number} ok.");
            text
        })
    });
    assert_linear("distinct sentences", |size| {
        (0..size / 48).fold(String::new(), |mut text, number| {
            let _ = write!(text, "The agent{number} told board{} that rate{} fell. ", number * 7, number * 13);
            text
        })
    });
    assert_linear("distinct names", |size| {
        (0..size / 40).fold(String::new(), |mut text, number| {
            let name: String = number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
            let _ = writeln!(text, "Orla X{name} said it was X{name}ov.");
            text
        })
    });
    assert_linear("shuffled words", |size| {
        let mut state = 1u64;
        (0..size / 8).fold(String::new(), |mut text, at| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let _ = write!(text, "w{} {}", (state >> 33) % 97, if at % 17 == 0 { "said. " } else { "" });
            text
        })
    });
}

#[test]
fn one_endless_quotation_costs_linear_time() {
    assert_linear("one open mark", |size| format!("\u{201c}{}", "and the mayor said so. ".repeat(size / 23)));
    assert_linear("open over paragraphs", |size| "\u{201c}The mayor said so.\n\n".repeat(size / 23));
    assert_linear("nested", |size| {
        let depth = size / 8;
        format!("{}a{}", "\u{201c}\u{2018}".repeat(depth / 2), "\u{2019}\u{201d}".repeat(depth / 2))
    });
    assert_linear("one sentence", |size| format!("The mayor{}.", " and the mayor said".repeat(size / 19)));
    assert_linear("one paragraph of speech", |size| "\"We know it,\" he said. ".repeat(size / 23));
}

#[test]
fn twenty_thousand_lines_are_read() {
    let same = "The mayor said no.\n".repeat(20_000);
    let distinct = (0..20_000).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "Line {number} ok.");
        text
    });
    for text in [same, distinct] {
        let report = score(&text);
        assert_eq!(report.sentences.len(), 20_000);
    }
}
