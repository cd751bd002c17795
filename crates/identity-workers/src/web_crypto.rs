//! Signatures by the platform's WebCrypto: native code takes a twentieth of the CPU time of Wasm, and needs no key arithmetic of our
//! own.

use std::cell::RefCell;

use oauth::jwt::SignatureAlgorithm;
use worker::{
    js_sys::{Array, JSON, Object, Promise, Reflect, Uint8Array, futures::JsFuture},
    wasm_bindgen::{JsCast, JsValue, prelude::wasm_bindgen},
};

/// The most imported keys that an isolate remembers. A deployment has up to three of its own; the others are clients'.
const MOST_IMPORTED: usize = 8;

thread_local! {
    /// Imported keys, the one used last at the end. The platform lets every request of an isolate use them.
    static IMPORTED: RefCell<Vec<Imported>> = const { RefCell::new(Vec::new()) };
}

struct Imported {
    jwk: String,
    algorithm: SignatureAlgorithm,
    usage: &'static str,
    key: JsValue,
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = generateKey, catch)]
    fn generate_key(algorithm: &JsValue, extractable: bool, usages: &Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = exportKey, catch)]
    fn export_key(format: &str, key: &JsValue) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = importKey, catch)]
    fn import_key(
        format: &str,
        key: &JsValue,
        algorithm: &JsValue,
        extractable: bool,
        usages: &Array,
    ) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = sign, catch)]
    fn subtle_sign(algorithm: &JsValue, key: &JsValue, message: &Uint8Array) -> Result<Promise, JsValue>;

    #[wasm_bindgen(js_namespace = ["crypto", "subtle"], js_name = verify, catch)]
    fn subtle_verify(
        algorithm: &JsValue,
        key: &JsValue,
        signature: &Uint8Array,
        message: &Uint8Array,
    ) -> Result<Promise, JsValue>;
}

/// Makes an RSA key for RS256. Returns the private key as a JSON Web Key.
pub(crate) async fn generate_rs256(modulus_bits: u32) -> worker_kit::Result<String> {
    let algorithm = parameters(SignatureAlgorithm::Rs256)?;
    Reflect::set(&algorithm, &"modulusLength".into(), &modulus_bits.into())?;
    Reflect::set(&algorithm, &"publicExponent".into(), &Uint8Array::from([1, 0, 1].as_slice()))?;
    let pair = settled(generate_key(&algorithm, true, &usages(&["sign", "verify"]))).await?;
    let private = Reflect::get(&pair, &"privateKey".into())?;
    Ok(JSON::stringify(&settled(export_key("jwk", &private)).await?)?.into())
}

/// The signature of `message` by a private key, a JSON Web Key.
pub(crate) async fn sign(
    algorithm: SignatureAlgorithm,
    jwk: &str,
    message: &[u8],
) -> worker_kit::Result<Vec<u8>> {
    let parameters = parameters(algorithm)?;
    let key = imported(jwk, algorithm, &parameters, "sign").await?;
    let signature = settled(subtle_sign(&parameters, &key, &Uint8Array::from(message))).await?;
    Ok(Uint8Array::new(&signature).to_vec())
}

/// Whether `signature` is that of `message` by a public key, a JSON Web Key.
///
/// # Errors
/// If the platform cannot use the key at all: a point that is not on its curve, for example.
pub(crate) async fn verify(
    algorithm: SignatureAlgorithm,
    jwk: &str,
    message: &[u8],
    signature: &[u8],
) -> worker_kit::Result<bool> {
    let parameters = parameters(algorithm)?;
    let key = imported(jwk, algorithm, &parameters, "verify").await?;
    let (signature, message) = (Uint8Array::from(signature), Uint8Array::from(message));
    let genuine = settled(subtle_verify(&parameters, &key, &signature, &message)).await?;
    Ok(genuine.is_truthy())
}

/// The platform's form of a key, made once in each isolate.
async fn imported(
    jwk: &str,
    algorithm: SignatureAlgorithm,
    parameters: &Object,
    usage: &'static str,
) -> worker_kit::Result<JsValue> {
    if let Some(key) = recall(jwk, algorithm, usage) {
        return Ok(key);
    }
    let parsed = JSON::parse(jwk)?;
    let key = settled(import_key("jwk", parsed.as_ref(), parameters, false, &usages(&[usage]))).await?;
    remember(Imported { jwk: jwk.to_owned(), algorithm, usage, key: key.clone() });
    Ok(key)
}

fn recall(jwk: &str, algorithm: SignatureAlgorithm, usage: &str) -> Option<JsValue> {
    IMPORTED.with(|imported| {
        let mut imported = imported.try_borrow_mut().ok()?;
        let is_it = |key: &Imported| key.jwk == jwk && key.algorithm == algorithm && key.usage == usage;
        let place = imported.iter().position(is_it)?;
        let found = imported.remove(place);
        let key = found.key.clone();
        imported.push(found);
        Some(key)
    })
}

fn remember(key: Imported) {
    IMPORTED.with(|imported| {
        if let Ok(mut imported) = imported.try_borrow_mut() {
            if imported.len() >= MOST_IMPORTED {
                imported.remove(0);
            }
            imported.push(key);
        }
    });
}

/// What WebCrypto wants to know of an algorithm, at every step; a step ignores what it has no use for.
fn parameters(algorithm: SignatureAlgorithm) -> worker_kit::Result<Object> {
    let sha_256 = ("hash", JsValue::from("SHA-256"));
    let (name, members) = match algorithm {
        SignatureAlgorithm::Rs256 => ("RSASSA-PKCS1-v1_5", vec![sha_256]),
        // RFC 7518 section 3.5: the salt is as long as the hash.
        SignatureAlgorithm::Ps256 => ("RSA-PSS", vec![sha_256, ("saltLength", JsValue::from(32))]),
        SignatureAlgorithm::Es256 => ("ECDSA", vec![sha_256, ("namedCurve", JsValue::from("P-256"))]),
        SignatureAlgorithm::EdDsa => ("Ed25519", vec![]),
    };
    let parameters = Object::new();
    Reflect::set(&parameters, &"name".into(), &name.into())?;
    for (name, value) in members {
        Reflect::set(&parameters, &name.into(), &value)?;
    }
    Ok(parameters)
}

fn usages(names: &[&str]) -> Array {
    names.iter().map(|name| JsValue::from_str(name)).collect::<Array>().unchecked_into()
}

async fn settled(promise: Result<Promise, JsValue>) -> worker_kit::Result<JsValue> {
    Ok(JsFuture::from(promise?).await?)
}
