//! URI schemes to which no code is ever sent.
//!
//! A private-use scheme may be registered by anybody (RFC 8252 section 7.1), and desktop hosts use short names without a dot
//! (`vscode`, `cursor`), so there is no list of those that may. What is listed is what must not: a scheme that does not lead
//! to a program which the person has installed and started, but makes a browser or a system do something by itself, or
//! speaks a protocol with whatever host stands behind it.
//!
//! Names that IANA lists and that belong to one program (`vscode`, `spotify`, `things`) are private-use schemes like any.

/// Browsers act on these themselves: they run what follows, show it as a page of some origin, or open their own pages.
#[rustfmt::skip]
const OF_BROWSERS: [&str; 30] = [
    "about", "blob", "brave", "browserext", "chrome", "cid", "data", "devtools", "edge", "feed", "feeds",
    "filesystem", "isolated-app", "jar", "javascript", "jscript", "livescript", "mhtml", "mid", "mk", "mocha",
    "moz", "opera", "resource", "thismessage", "vbscript", "view-source", "vivaldi", "webkit-masked-url",
    "wyciwyg",
];

/// Systems act on these: they open files, settings, shells, installers, calls, messages, or another computer. `localhost` is
/// no scheme at all, but a host name whose `http://` was forgotten.
#[rustfmt::skip]
const OF_SYSTEMS: [&str; 106] = [
    "addressbook", "admin", "afp", "android", "android-app", "app-prefs", "app-settings", "appdata",
    "applescript", "appstream", "apt", "bingmaps", "bluetooth", "calculator", "callto", "calshow", "cifs",
    "computer", "content", "diagnostics", "exec", "fido", "file", "first-run-pen-experience", "flatpak",
    "fuchsia-pkg", "ghelp", "gphoto2", "hcp", "help", "ibooks", "ichat",
    "icloud-sharing", "imessage", "insiderhub", "intent", "intents", "isostore", "its", "itunes", "jnlp",
    "jnlps", "localhost", "lpa", "macappstore", "macappstores", "mailto", "man", "map", "mapi", "mapitem",
    "maps", "market", "message", "messages", "mmsto", "mobilenotes", "mtp", "music",
    "network", "nfs", "onenote-cmd", "openpgp4fpr", "otpauth", "package", "pcast", "photos-redirect", "podcast",
    "prefs", "programs", "rdp", "recent", "res", "rlogin", "search", "search-ms", "settings", "sftp", "shell",
    "shortcuts", "shortcuts-production", "sip", "sips", "smb", "sms", "smsto", "snap", "ssh", "stssync", "tel",
    "telnet", "telprompt", "tn3270", "trash", "videos", "vnc", "webcal", "webcals", "wifi", "windows.tbauth",
    "windowsdefender", "workflow", "x-help-action", "x-help-script", "x-man-page", "x-web-search",
];

/// Protocols, and names that are resolved by one: IANA's registry of URI schemes (permanent ones, and provisional and
/// historical ones that are no program's own), and common ones that it does not list.
#[rustfmt::skip]
const PROTOCOLS: [&str; 227] = [
    "aaa", "aaas", "acap", "acct", "acr", "afs", "amqp", "amqps", "amss", "ar", "ark", "attachment", "aw",
    "barion", "bb", "beshare", "bitcoin", "bitcoincash", "cabal", "cap", "cast", "casts", "coap", "coap+tcp",
    "coap+ws", "coaps", "coaps+tcp", "coaps+ws", "content-type", "crid", "cstr", "cvs", "dab", "dat", "dav",
    "davs", "dict", "did", "dis", "dlna-playcontainer", "dlna-playsingle", "dns", "dntp", "doi", "dpp", "drm",
    "drop", "dtmi", "dtn", "dvb", "dweb", "ed2k", "eid", "ens", "ethereum", "example", "fax", "feedready",
    "finger", "fish", "fm", "ftp", "ftps", "geo", "gg", "git", "git+https", "git+ssh", "gitoid", "go", "gopher",
    "grd", "gs", "h323", "ham", "hcap", "hdfs", "hxxp", "hxxps", "hyper", "iax", "icap", "icon", "im", "imap",
    "imaps", "info", "iotdisco", "ipfs", "ipn", "ipns", "ipp", "ipps", "irc", "irc6", "ircs", "iris",
    "iris.beep", "iris.lwz", "iris.xpc", "iris.xpcs", "jabber", "jdbc", "jms", "kafka", "lbry", "ldap", "ldapi",
    "ldaps", "lorawan", "magnet", "mailserver", "matrix", "mms", "modbus+tcp", "modem", "mongodb",
    "mongodb+srv", "mqtt", "mqtts", "msrp", "msrps", "mss", "mt", "mtqp", "mupdate", "mvn", "mysql", "nats",
    "news", "ni", "nih", "nntp", "num", "ocf", "odbc", "oid", "opaquelocktoken", "p1", "pack", "payment",
    "payto", "pkcs11", "pop", "pops", "postgres", "postgresql", "pres", "prospero", "proxy", "psyc", "pttp",
    "pwid", "query", "quic-transport", "redis", "rediss", "reload", "rmi", "rsync", "rtmfp", "rtmp", "rtp",
    "rtsp", "rtsps", "rtspu", "s3", "secret-token", "service", "session", "sgn", "shc", "shttp", "sieve",
    "simpleledger", "smp", "smtp", "smtps", "snews", "snmp", "soap.beep", "soap.beeps", "spiffe", "sqlite",
    "ssb", "ssh+git", "stun", "stuns", "submit", "svn", "svn+ssh", "swh", "swid", "swidpath", "tag", "taler",
    "teliaeid", "tftp", "tip", "tool", "turn", "turns", "tv", "udp", "upt", "urn", "uuid-in-package", "v-event",
    "vemmi", "ves", "videotex", "w3", "wais", "wcr", "web3", "ws", "wss", "wtai", "xcon", "xcon-userid",
    "xmlrpc.beep", "xmlrpc.beeps", "xmpp", "xri", "z39.50", "z39.50r", "z39.50s",
];

/// Families of names, each with what stands behind it.
const PREFIXES: [&str; 16] = [
    "chrome-",        // pages and extensions of Chromium
    "ext+",           // whatever extension of Firefox has claimed it
    "facetime",       // calls
    "firefox",        // any web page, in Firefox
    "googlechrome",   // any web page, in Chrome
    "itms",           // Apple's stores and the installer of apps
    "microsoft-edge", // any web page, in Edge
    "microsoft.",     // parts of Windows
    "moz-",           // pages and extensions of Firefox
    "ms-",            // parts of Windows and Office: settings, installers, troubleshooters, documents
    "opera-",         // any web page, in Opera
    "safari-",        // pages and extensions of Safari
    "touch-http",     // any web page, in Opera Touch
    "web+",           // whatever website has claimed it (HTML, registerProtocolHandler)
    "x-apple",        // parts of macOS and iOS
    "x-safari-",      // any web page, in Safari
];

/// Whether no redirect URI may have this scheme, which is in lower case.
pub(super) fn is_refused(scheme: &str) -> bool {
    [&OF_BROWSERS[..], &OF_SYSTEMS[..], &PROTOCOLS[..]]
        .iter()
        .any(|names| names.binary_search(&scheme).is_ok())
        || PREFIXES.iter().any(|prefix| scheme.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_can_be_searched() {
        for names in [&OF_BROWSERS[..], &OF_SYSTEMS[..], &PROTOCOLS[..], &PREFIXES[..]] {
            assert!(names.is_sorted(), "{names:?}");
            assert!(names.iter().all(|name| !name.bytes().any(|byte| byte.is_ascii_uppercase())));
        }
        let all = [&OF_BROWSERS[..], &OF_SYSTEMS[..], &PROTOCOLS[..]].concat();
        let once: std::collections::BTreeSet<_> = all.iter().collect();
        assert_eq!(once.len(), all.len(), "a scheme stands in two tables");
    }
}
