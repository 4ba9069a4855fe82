use crate::article::Article;
use crate::text::Document;

fn sentences(text: &str) -> Vec<&str> {
    let document = Document::read(&Article::from_text(text));
    document.sentences.iter().map(|sentence| sentence.span.slice(text).unwrap()).collect()
}

fn assert_one(texts: &[&str]) {
    for text in texts {
        assert_eq!(sentences(text), [*text]);
    }
}

/// The bar stands where one sentence ends and the next begins.
fn assert_split(marked: &[&str]) {
    for marked in marked {
        let text = marked.replace('|', "");
        let expected: Vec<&str> = marked.split('|').map(str::trim).collect();
        assert_eq!(sentences(&text), expected);
    }
}

#[test]
fn titles_and_months_do_not_end_a_sentence() {
    assert_one(&[
        "Mr. Smith met Mrs. Jones and Dr. Abara in St. Marin.",
        "Sen. Orla Brandt and Gov. Piet Voss signed it.",
        "The talks began on Jan. 5 and ended on Sept. 12.",
        "See No. 7 and Vol. 3 of the book.",
    ]);
}

#[test]
fn dotted_names_do_not_end_a_sentence_before_a_name() {
    assert_one(&["The U.S. Senate met in Washington, D.C. on Monday.", "U.K. officials left at 5 p.m. on Monday."]);
    assert_split(&["He lives in the U.S. |The house is old.", "It was 5 p.m. |He left."]);
}

#[test]
fn companies_end_a_sentence_only_before_a_beginning() {
    assert_one(&["Calder Inc. sold its mill to Voss Corp. of Narland."]);
    assert_split(&["He works for Calder Inc. |The firm is old."]);
}

#[test]
fn initials_belong_to_their_name() {
    assert_one(&["The book by J. K. Tallis and A. Brandt is old.", "J. Edgar Voss left."]);
    assert_split(&["They chose plan B. |The mayor left."]);
}

#[test]
fn numbers_keep_their_points() {
    assert_one(&["Prices rose by 3.5 percent to $1,200.50 on 9.11.2024 in the town."]);
    assert_split(&["It rose by 3.5. |The rest fell."]);
}

#[test]
fn may_ends_a_sentence_where_no_day_follows() {
    assert_split(&["It opens in May. |The mill is old."]);
}

#[test]
fn closing_marks_go_with_their_sentence() {
    assert_split(&[
        "\u{201c}It is late.\u{201d} |She left.",
        "\"It is late.\" |She left.",
        "He left (it was late). |She stayed.",
        "It was late!! |She left?! |He stayed.",
    ]);
}

#[test]
fn a_question_in_quotation_marks_goes_on_with_its_speaker() {
    assert_one(&[
        "\u{201c}Is it late?\u{201d} he asked.",
        "\"Is it late?\" asked the mayor.",
        "\u{201c}Stop!\u{201d} she said.",
    ]);
}

#[test]
fn an_ellipsis_ends_a_sentence_only_before_a_capital() {
    assert_one(&["He left... and came back.", "He left\u{2026} and came back."]);
    assert_split(&["He left... |She stayed."]);
}

#[test]
fn a_missing_blank_does_not_join_two_sentences() {
    assert_split(&["The mill is closed.|The mayor left.", "It rose by 4%.|The rest fell."]);
    assert_one(&["The site example.com is old.", "The firm Node.js is old."]);
}

#[test]
fn a_lost_capital_is_still_a_beginning() {
    assert_split(
        &["The road is closed. operations are difficult."]
            .map(|text| text.replace(". o", ". |o"))
            .each_ref()
            .map(String::as_str),
    );
}

#[test]
fn a_lower_case_start_ends_the_sentence_before() {
    assert_split(&[
        "is it open today? |does anyone know?",
        "what a game! |we were all there.",
        "call me. |the bus is late.",
        "he has a dog. |it barks.",
        "the kids (all nine of them). |they left.",
    ]);
    assert_one(&[
        "She works at Yahoo! in the sales office.",
        "The question why now? is still open.",
        "They bought a gal. of milk.",
        "He read it (!) to them.",
    ]);
}

#[test]
fn items_of_a_list_keep_their_numbers() {
    assert_split(&[
        "1. Boil the rice |2. Add the oil",
        "1) Boil the rice. |2) Add the oil.",
        "1.) Boil the rice. |2.) Add the oil.",
        "\u{2022} 9. Boil the rice |\u{2022} 10. Add the oil",
        "a. Boil the rice |b. Add the oil |c. Serve it",
    ]);
}

#[test]
fn an_hour_or_a_country_may_end_a_sentence_or_go_on() {
    assert_one(&[
        "At 5 a.m. Mr. Hale left the house.",
        "It begins at 9 a.m. Eastern time.",
        "He left at 9 a.m. on Monday.",
        "It is the first U.S. \u{201c}mill town\u{201d} of its kind.",
        "The U.S. President left.",
    ]);
    assert_split(&[
        "It opened at 6 P.M. |Mr. Hale was there.",
        "He stayed in the U.S. |He was ill.",
        "He stayed in the U.S. |\u{201c}We waited,\u{201d} she said.",
    ]);
}

#[test]
fn short_forms_before_a_number_do_not_end_a_sentence() {
    assert_one(&[
        "Turn to p. 55 of the book.",
        "Marin (pop. 5,000) is a town.",
        "It is N\u{b0}. 50 of the list.",
        "He met Albert I. Hale there.",
        "Rooms No. 5 and No. 6 are closed.",
        "He will visit on Thurs. to meet them.",
    ]);
    assert_split(&["They chose you and I. |Did they ask?"]);
}

#[test]
fn addresses_stay_whole() {
    assert_one(&["Write to jane.Doe@example.com or call.", "Write to j@Mill.Org today.", "The site Mill.Com is old."]);
    assert_split(&["Her address is jane.doe@example.com. |Write to her."]);
}

#[test]
fn dots_with_blanks_are_an_ellipsis() {
    assert_one(&["He waited . . . and left.", "It was, he said . . . I left.", "The end \"[...]\" (Hale 55)."]);
    assert_split(&["He waited . . . . |She left.", "He waited. |. . . She left."]);
}

#[test]
fn a_row_of_marks_or_a_smile_ends_a_sentence() {
    assert_split(&["He left ***** |The mill is old", "See you there :-) |We will bring food."]);
    assert_one(&["He called it a d*** Shame."]);
}

#[test]
fn datelines_and_speech_stay_with_their_sentence() {
    assert_one(&[
        "PARIS (Northern Wire) \u{2014} The mill closed on Monday.",
        "ST. MARIN, Jan. 5 (NW) - The mill closed.",
        "MARIN, N.C. \u{2014} The mill closed.",
    ]);
}

#[test]
fn a_line_break_ends_a_sentence() {
    assert_eq!(sentences("The mayor left\nThe road is closed"), ["The mayor left", "The road is closed"]);
}

#[test]
fn marks_alone_belong_to_the_sentence_before() {
    assert_eq!(sentences("The mayor left. ... The road is closed.").len(), 2);
    assert!(sentences("").is_empty() && sentences(" \n ").is_empty());
}

#[test]
fn text_without_stops_is_cut() {
    let text = "and so on ".repeat(1000);
    assert!(sentences(&text).iter().all(|sentence| sentence.len() <= 10 * super::MAX_TOKENS));
}
