//! A real browser that a test drives as a person does: over the pipes of its debugging protocol.

use std::{
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::browser::NAMES;
use crate::support::orphans;

/// Longest that anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// One browser with one page.
pub(super) struct Driver {
    browser: Child,
    says: File,
    hears: Receiver<Value>,
    session: Option<String>,
    asked: u64,
    folder: TempDir,
}

impl Driver {
    /// Starts a browser and opens a page in it.
    pub(super) fn open(url: &str) -> Self {
        let folder = TempDir::new().expect("a temporary folder");
        let (to, from) = (folder.path().join("to"), folder.path().join("from"));
        let made = Command::new("mkfifo").args([&to, &from]).status().expect("mkfifo");
        assert!(made.success());
        let named = NAMES.join(" ");
        // Opened for both directions, a pipe waits for nobody.
        let script = format!(
            "for name in {named}; do command -v $name >/dev/null && exec $name \"$@\" 3<>\"$DIR/to\" \
             4<>\"$DIR/from\"; done; exit 127"
        );
        let browser = Command::new("sh")
            .args(["-c", &script, "browser", "--headless=new", "--no-sandbox", "--disable-gpu"])
            .args(["--disable-background-networking", "--remote-debugging-pipe", "--no-first-run"])
            .arg(format!("--user-data-dir={}", folder.path().join("profile").display()))
            .arg("about:blank")
            .env("DIR", folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log")).expect("a file"))
            .spawn()
            .expect("a shell");
        orphans::add(&browser);
        let says = OpenOptions::new().read(true).write(true).open(&to).expect("a pipe");
        let heard = OpenOptions::new().read(true).write(true).open(&from).expect("a pipe");
        let (tell, hears) = channel();
        thread::spawn(move || {
            for message in BufReader::new(heard).split(0) {
                let Ok(message) = message else { return };
                let message = serde_json::from_slice(&message).expect("JSON");
                if tell.send(message).is_err() {
                    return;
                }
            }
        });
        let mut driver = Self { browser, says, hears, session: None, asked: 0, folder };
        let page = driver.asks("Target.createTarget", &json!({ "url": "about:blank" }));
        let attach = json!({ "targetId": page["targetId"], "flatten": true });
        let session = driver.asks("Target.attachToTarget", &attach);
        driver.session = session["sessionId"].as_str().map(str::to_owned);
        driver.asks("Page.enable", &json!({}));
        driver.sized(1280, 900, false);
        driver.goes(url);
        driver
    }

    /// Asks the browser for something, and gives its answer.
    fn asks(&mut self, method: &str, params: &Value) -> Value {
        self.asked += 1;
        let id = self.asked;
        let mut message = json!({ "id": id, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        write!(self.says, "{message}\0").expect("the browser listens");
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(heard) = self.hears.recv_timeout(left) else {
                panic!("no answer to {method}: {}", self.log());
            };
            if heard["id"] == id {
                assert!(heard["error"].is_null(), "{method}: {}", heard["error"]);
                return heard["result"].clone();
            }
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Opens another page.
    pub(super) fn goes(&mut self, url: &str) {
        self.asks("Page.navigate", &json!({ "url": url }));
        self.until("document.readyState === 'complete' && location.href !== 'about:blank'");
    }

    /// How large the window is, and whether its owner likes it dark.
    pub(super) fn sized(&mut self, width: u32, height: u32, dark: bool) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.asks("Emulation.setDeviceMetricsOverride", &size);
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.asks("Emulation.setEmulatedMedia", &json!({ "features": features }));
    }

    /// What an expression is worth on the page.
    pub(super) fn worth(&mut self, expression: &str) -> Value {
        let params =
            json!({ "expression": expression, "returnByValue": true, "awaitPromise": true });
        let answer = self.asks("Runtime.evaluate", &params);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{expression}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].clone()
    }

    /// Waits until an expression holds; a page that is just being replaced has no worth yet.
    pub(super) fn until(&mut self, expression: &str) {
        let until = Instant::now() + PATIENCE;
        let whole = format!(
            "(() => {{ try {{ return Boolean({expression}) }} catch {{ return false }} }})()"
        );
        while self.worth(&whole) != json!(true) {
            if Instant::now() > until {
                let page = self.worth("document.body.innerText");
                panic!("{expression} never came to hold on {page}");
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Presses the left button on what an expression finds, in whichever frame it stands.
    pub(super) fn presses(&mut self, element: &str) {
        let place = self.worth(&format!(
            "(() => {{ const e = {element}; e.scrollIntoView({{ block: 'center' }}); \
             const at = e.getBoundingClientRect(); let x = at.x + at.width / 2, y = at.y + at.height / 2; \
             for (let f = e.ownerDocument.defaultView.frameElement; f; \
             f = f.ownerDocument.defaultView.frameElement) {{ const r = f.getBoundingClientRect(); \
             x += r.x; y += r.y; }} return [x, y] }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let press = json!({
                "type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1
            });
            self.asks("Input.dispatchMouseEvent", &press);
        }
    }

    /// Types into what an expression finds, in the place of what stands there.
    pub(super) fn types(&mut self, element: &str, text: &str) {
        self.worth(&format!("(() => {{ const e = {element}; e.focus(); e.select(); }})()"));
        self.asks("Input.insertText", &json!({ "text": text }));
    }

    /// Puts its page before all others, as somebody does who comes back to it.
    pub(super) fn returns(&mut self) {
        self.asks("Page.bringToFront", &json!({}));
        self.until("!document.hidden");
    }

    /// The addresses of all pages that are open.
    pub(super) fn pages(&mut self) -> Vec<String> {
        let targets = self.asks("Target.getTargets", &json!({}));
        let targets = targets["targetInfos"].as_array().cloned().unwrap_or_default();
        let pages = targets.iter().filter(|target| target["type"] == "page");
        pages.filter_map(|page| page["url"].as_str().map(str::to_owned)).collect()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        self.browser.kill().ok();
        self.browser.wait().ok();
        orphans::remove(&self.browser);
    }
}
