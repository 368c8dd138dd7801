//! What the mails say, in every language.

use super::*;

fn templates(product_name: &str) -> Templates {
    Templates::new(product_name, Some("https://chat.example.com/"))
}

fn mail(templates: &Templates, link_token: &str, languages: &str) -> Mail {
    let login = LoginCode {
        code: "482913".to_owned(),
        link: templates.login_link(link_token),
        expires_at_ms: 1_700_000_600_000,
    };
    let to = Email::parse("alice@example.com").expect("valid");
    templates.login_mail((Uuid::nil(), to), login, languages, 1_700_000_000_000)
}

#[test]
fn the_login_mail_says_code_link_and_time_in_every_language() {
    let templates = templates("RelayChat");
    for (language, ..) in LOGIN_CODE {
        let mail = mail(&templates, "c2VjcmV0LXRva2Vu", language);
        insta::assert_snapshot!(format!("login_code_subject_{language}"), mail.subject);
        insta::assert_snapshot!(format!("login_code_text_{language}"), mail.text);
        insta::assert_snapshot!(format!("login_code_html_{language}"), mail.html);
        for body in [&mail.text, &mail.html] {
            assert!(
                body.contains("482913") && body.contains("alice@example.com"),
                "{language}"
            );
            assert!(body.contains("10"), "{language}: for how long");
        }
        assert_eq!(
            mail.message_id,
            "00000000-0000-0000-0000-000000000000@chat.example.com"
        );
    }
}

#[test]
fn arabic_is_written_from_right_to_left_and_the_code_from_left_to_right() {
    let html = mail(&templates("RelayChat"), "t", "ar-EG").html;
    assert!(html.contains("<html lang=\"ar\" dir=\"rtl\">"), "{html}");
    assert!(html.contains("class=\"code\" dir=\"ltr\""), "{html}");
}

#[test]
fn whoever_reads_none_of_our_languages_gets_english() {
    let templates = templates("RelayChat");
    let english = mail(&templates, "t", "en").subject;
    for languages in ["", "ja", "tlh;q=1.0", "*"] {
        assert_eq!(
            mail(&templates, "t", languages).subject,
            english,
            "{languages}"
        );
    }
}

#[test]
fn the_html_loads_nothing_from_anywhere() {
    for (language, ..) in LOGIN_CODE {
        // The template engine escapes slashes too; every reader of HTML undoes it.
        let html = mail(&templates("RelayChat"), "t", language)
            .html
            .replace("&#x2f;", "/");
        for forbidden in ["<img", "src=", "url(", "@import", "<script", "<link"] {
            assert!(!html.contains(forbidden), "{language}: {forbidden}");
        }
        let links = html.matches("https://").count();
        let ours = html
            .matches("https://chat.example.com/login#token=")
            .count();
        assert!(links > 0 && links == ours, "{language}");
    }
}

#[test]
fn no_value_becomes_markup_or_a_header() {
    for (language, ..) in LOGIN_CODE {
        let templates = templates("<b>Evil & Co</b>\r\nBcc: victim@example.com");
        let mail = mail(&templates, "\"><script>x</script>", language);
        assert!(!mail.html.contains("<script>"), "{language}");
        assert!(!mail.html.contains("<b>Evil"), "{language}");
        assert!(mail.html.contains("&lt;b&gt;Evil &amp; Co"), "{language}");
        assert!(!mail.subject.contains(['\r', '\n']), "{language}");
    }
}

#[test]
fn without_a_public_address_there_is_a_code_and_no_link() {
    let templates = Templates::new("x", None);
    assert_eq!(templates.login_link("t"), None);
    let login = LoginCode {
        code: "482913".to_owned(),
        link: None,
        expires_at_ms: 600_000,
    };
    let to = Email::parse("alice@example.com").expect("valid");
    let mail = templates.login_mail((Uuid::nil(), to), login, "", 0);
    for body in [&mail.text, &mail.html] {
        assert!(body.contains("482913"));
        assert!(!body.contains("http") && !body.contains("Log in on this"));
    }
}

#[test]
fn a_public_address_without_a_plain_host_still_gives_a_message_id() {
    let templates = Templates::new("x", Some("http://[::1]:8080"));
    assert_eq!(templates.host(), "relaychat.invalid");
}

fn of_host(language: &str, html: &str) -> LoginTemplate {
    LoginTemplate {
        language: language.to_owned(),
        subject: "Aye, {{ code }}\nBcc: x".to_owned(),
        text: "{{ code }} for {{ product_name }}".to_owned(),
        html: html.to_owned(),
    }
}

#[test]
fn a_host_may_bring_its_own_words_and_languages() {
    let templates = templates("<i>Shop</i>");
    let templates = templates.with_login(of_host("de", "<p>{{ product_name }}</p>"));
    let templates = templates
        .expect("a template")
        .with_login(of_host("en-pirate", "<p></p>"));
    let templates = templates.expect("a template");
    let german = mail(&templates, "t", "de");
    assert_eq!(
        german.subject, "Aye, 482913 Bcc: x",
        "one line whatever it says"
    );
    assert_eq!(
        german.html, "<p>&lt;i&gt;Shop&lt;&#x2f;i&gt;</p>",
        "escaped"
    );
    assert_eq!(mail(&templates, "t", "en-pirate").html, "<p></p>");
    assert!(mail(&templates, "t", "fr").subject.contains("votre code"));
}

#[test]
fn a_template_of_the_host_that_cannot_work_is_refused_at_once() {
    for html in [
        "{{ code",
        "{{ no_such_value }}",
        "{% include \"/etc/passwd\" %}",
    ] {
        let error = templates("x")
            .with_login(of_host("de", html))
            .expect_err(html);
        assert_eq!(error.name, "login_code/de/body.html");
    }
}
