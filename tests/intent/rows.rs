//! Rows of the corpus: built into mails, read, and judged. The same rules as the shared runner's.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pennypost::intent::{ReaderContext, explain};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Commands that move, order, confirm, price or send.
const EXECUTES: [&str; 23] = [
    "transfer",
    "request_money",
    "order",
    "confirm",
    "cancel",
    "correction",
    "refund",
    "apply_coupon",
    "set_price",
    "allow_sender",
    "block_sender",
    "paid_message",
    "unsubscribe",
    "top_up",
    "withdraw",
    "profile",
    "chat_message",
    "claim",
    "remind",
    "accept",
    "decline",
    "shipped",
    "return_payment",
];
/// Fields that must be exactly as expected, and must not be added.
const HARD: [&str; 17] = [
    "amount",
    "currency",
    "recipient",
    "payer",
    "items",
    "fee",
    "total_cap",
    "scope",
    "free",
    "sender",
    "ref",
    "recipients",
    "criteria",
    "coupon",
    "code",
    "customer",
    "signature",
];
/// Free words, which may be cut differently.
const SOFT: [&str; 5] = ["note", "reason", "topic", "detail", "why"];

/// One example mail and what it means.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) from: String,
    pub(super) to: String,
    #[serde(default)]
    pub(super) cc: String,
    #[serde(default)]
    pub(super) subject: String,
    #[serde(default)]
    pub(super) body: String,
    #[serde(default)]
    pub(super) html: String,
    #[serde(default)]
    pub(super) headers: Map<String, Value>,
    #[serde(default)]
    pub(super) raw_body: String,
    #[serde(default)]
    pub(super) context: Value,
    pub(super) expected: Value,
    #[serde(default)]
    pub(super) accept: Vec<Value>,
    #[serde(default)]
    pub(super) accept_missing: Vec<String>,
    #[serde(default)]
    pub(super) accept_extra: Vec<String>,
    #[serde(default)]
    pub(super) optional: Vec<String>,
}

/// All rows of a corpus file.
pub(super) fn rows(text: &str) -> Vec<Row> {
    let lines = text.lines().filter(|line| !line.trim().is_empty());
    lines.map(|line| serde_json::from_str(line).expect("a row of the corpus")).collect()
}

impl Row {
    /// The mail as a program would send it.
    pub(super) fn mail(&self) -> Vec<u8> {
        let mut head = vec![format!("From: {}", self.from), format!("To: {}", self.to)];
        if !self.cc.is_empty() {
            head.push(format!("Cc: {}", self.cc));
        }
        head.push(format!("Subject: =?utf-8?B?{}?=", STANDARD.encode(&self.subject)));
        head.push("Date: Tue, 03 Jun 2025 10:30:00 +0000".to_owned());
        head.push(format!("Message-ID: <{}@rows.example>", self.id));
        let own = self.headers.iter().filter(|(name, _)| {
            !name.eq_ignore_ascii_case("content-type") && *name != "X-Test-Attachment"
        });
        head.extend(own.map(|(name, value)| format!("{name}: {}", value.as_str().expect("text"))));
        head.push("MIME-Version: 1.0".to_owned());
        let body = if self.raw_body.is_empty() { self.mime() } else { self.raw_body.clone() };
        format!("{}\r\n{body}", head.join("\r\n")).into_bytes()
    }

    fn mime(&self) -> String {
        let part = |kind: &str, text: &str| {
            let text = text.replace("\r\n", "\n").replace('\n', "\r\n");
            format!(
                "Content-Type: text/{kind}; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{text}\r\n"
            )
        };
        match (self.body.is_empty(), self.html.is_empty()) {
            (_, true) => part("plain", &self.body),
            (true, false) => part("html", &self.html),
            (false, false) => format!(
                "Content-Type: multipart/alternative; boundary=\"=row=\"\r\n\r\n--=row=\r\n{}--=row=\r\n{}--=row=--\r\n",
                part("plain", &self.body),
                part("html", &self.html)
            ),
        }
    }

    /// What may be known when it is read.
    pub(super) fn reader_context(&self) -> ReaderContext {
        let empty = json!({});
        let context = if self.context.is_null() { &empty } else { &self.context };
        serde_json::from_value(context.clone()).expect("a reader's context")
    }

    /// The reading of the mail.
    pub(super) fn read(&self) -> Value {
        reading(&self.mail(), &self.reader_context())
    }

    /// Whether the reading is exactly one of those expected, and the executions nobody expected.
    pub(super) fn judge(&self, got: &Value) -> (bool, Vec<Value>) {
        let commands = commands(got);
        let readings: Vec<&Value> = std::iter::once(&self.expected).chain(&self.accept).collect();
        let allowed: Vec<Value> =
            readings.iter().flat_map(|reading| self::commands(reading)).collect();
        let wrong: Vec<Value> = commands
            .iter()
            .filter(|command| is_execution(command))
            .filter(|command| !allowed.iter().any(|want| self.same(want, command)))
            .filter(|command| !self.accept_extra.iter().any(|extra| intent(command) == extra))
            .cloned()
            .collect();
        let exact = readings.iter().any(|want| self.is_exactly(want, got, &commands, &wrong));
        (exact, wrong)
    }

    fn is_exactly(&self, want: &Value, got: &Value, commands: &[Value], wrong: &[Value]) -> bool {
        if asks(want) {
            let reason = want.get("reason");
            let named = got.get("reasons").and_then(Value::as_array);
            return asks(got) && named.is_some_and(|named| named.iter().any(|r| Some(r) == reason));
        }
        if intent(want) == "multi" {
            let wanted = self::commands(want);
            let mut missing = wanted
                .iter()
                .filter(|want| !commands.iter().any(|got| self.same(want, got)))
                .filter(|want| {
                    !self.accept_missing.iter().any(|intent| self::intent(want) == intent)
                });
            return !commands.is_empty() && missing.next().is_none() && wrong.is_empty();
        }
        match commands {
            [only] if self.same(want, only) => true,
            _ => {
                !self.accept_extra.is_empty()
                    && wrong.is_empty()
                    && commands.iter().any(|got| self.same(want, got))
            }
        }
    }

    fn same(&self, want: &Value, got: &Value) -> bool {
        let none = Map::new();
        let fields = |value: &'_ Value| value.get("fields").and_then(Value::as_object).cloned();
        let wanted = fields(want).unwrap_or_else(|| none.clone());
        let given = fields(got).unwrap_or(none);
        let as_wanted = wanted.iter().all(|(name, value)| {
            let free = SOFT.contains(&name.as_str());
            let left_out = self.optional.contains(name) && !given.contains_key(name);
            free || left_out || given.get(name).map(norm) == Some(norm(value))
        });
        let added = given.iter().any(|(name, value)| {
            let empty = value.is_null() || *value == json!([]) || *value == json!("");
            let bare_currency = name == "currency" && !given.contains_key("amount");
            HARD.contains(&name.as_str()) && !wanted.contains_key(name) && !empty && !bare_currency
        });
        intent(want) == intent(got) && as_wanted && !added
    }
}

/// The reading of raw bytes.
pub(super) fn reading(raw: &[u8], context: &ReaderContext) -> Value {
    let explained = explain::explain(raw, context).expect("within the limits");
    explained.get("reading").expect("always there").clone()
}

/// The commands of a reading; none when it asks back.
pub(super) fn commands(reading: &Value) -> Vec<Value> {
    if asks(reading) {
        return Vec::new();
    }
    match reading.get("commands").and_then(Value::as_array) {
        Some(commands) => commands.clone(),
        None => vec![reading.clone()],
    }
}

/// Whether a command moves, orders, confirms, prices or sends.
pub(super) fn is_execution(command: &Value) -> bool {
    EXECUTES.contains(&intent(command))
}

fn asks(reading: &Value) -> bool {
    reading.get("ask-back").is_some_and(|asks| *asks == json!(true))
}

fn intent(command: &Value) -> &str {
    command.get("intent").and_then(Value::as_str).unwrap_or_default()
}

/// Without case and with single blanks; lists without order.
fn norm(value: &Value) -> Value {
    match value {
        Value::String(text) => {
            json!(text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase())
        }
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(norm).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), norm(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}
