//! Sends prepared HTTP/1.1 requests over a few connections, one at a time on each, and looks at every answer.
//!
//! ```text
//! load ADDRESS CONNECTIONS MILLISECONDS STATUS REQUESTS [again]
//! ```
//!
//! `REQUESTS` is a file: each request is its length in four bytes, least significant first, and then the bytes that are sent. The
//! connections take them in turn; with `again` from the start when all were sent, else it ends then. An answer is right when it has
//! the status and says nowhere `"isError":true`, which is how a tool of the Model Context Protocol fails with status 200.
//!
//! What it found is one line of JSON: how many right and wrong answers in how many seconds, the quantiles of their times in
//! microseconds, the bytes of a body on average, and how many seconds of processor time it took for itself (Linux; else 0), by which one
//! sees whether it was the bottleneck. A thread for each connection and nothing but the standard library: with 16 connections that
//! is as quick as an event loop, and there is nothing to install.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

/// No answer of any row takes this long.
const PATIENCE: Duration = Duration::from_secs(30);

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

struct Plan {
    address: String,
    until: Instant,
    status: String,
    requests: Vec<Vec<u8>>,
    again: bool,
    next: AtomicUsize,
}

#[derive(Default)]
struct Found {
    micros: Vec<u32>,
    bytes: usize,
    wrong: usize,
    first_wrong: Option<String>,
}

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [address, connections, milliseconds, status, file, rest @ ..] = args.as_slice() else {
        return Err("load ADDRESS CONNECTIONS MILLISECONDS STATUS REQUESTS [again]".into());
    };
    let requests = split(&fs::read(file)?)?;
    let start = Instant::now();
    let plan = Plan {
        address: address.clone(),
        until: start + Duration::from_millis(milliseconds.parse()?),
        status: format!("HTTP/1.1 {status} "),
        requests,
        again: rest.iter().any(|word| word == "again"),
        next: AtomicUsize::new(0),
    };
    let found: Vec<Found> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..connections.parse().unwrap_or(1)).map(|_| scope.spawn(|| connection(&plan))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().map_err(|_| "a connection panicked")?)
            .collect::<Result<_>>()
    })?;
    let seconds = start.elapsed().as_secs_f64();
    let mut micros: Vec<u32> = found.iter().flat_map(|found| found.micros.iter().copied()).collect();
    micros.sort_unstable();
    let at = |share: f64| micros.get((micros.len() as f64 * share) as usize).copied().unwrap_or(0);
    let wrong: usize = found.iter().map(|found| found.wrong).sum();
    let bytes = found.iter().map(|found| found.bytes).sum::<usize>() / micros.len().max(1);
    let first = found.iter().find_map(|found| found.first_wrong.as_deref()).unwrap_or_default();
    println!(
        r#"{{"right":{},"wrong":{wrong},"seconds":{seconds:.6},"p50":{},"p99":{},"bytes":{bytes},"cpu":{:.3},"firstWrong":{first:?}}}"#,
        micros.len(),
        at(0.5),
        at(0.99),
        processor_seconds(),
    );
    Ok(())
}

fn split(mut file: &[u8]) -> Result<Vec<Vec<u8>>> {
    let mut requests = Vec::new();
    while let Some((length, rest)) = file.split_first_chunk::<4>() {
        let (request, rest) = rest
            .split_at_checked(u32::from_le_bytes(*length) as usize)
            .ok_or("the file ends within a request")?;
        requests.push(request.to_vec());
        file = rest;
    }
    Ok(requests)
}

fn connection(plan: &Plan) -> Result<Found> {
    let mut found = Found::default();
    let mut stream = connect(plan)?;
    let mut answer = Vec::with_capacity(1 << 16);
    while Instant::now() < plan.until {
        let turn = plan.next.fetch_add(1, Ordering::Relaxed);
        let turn = if plan.again { turn % plan.requests.len() } else { turn };
        let Some(request) = plan.requests.get(turn) else { break };
        let sent = Instant::now();
        stream.write_all(request)?;
        let (body, stays) = read(&mut stream, &mut answer)?;
        let micros = u32::try_from(sent.elapsed().as_micros())?;
        if answer.starts_with(plan.status.as_bytes()) && !contains(&answer[body..], b"\"isError\":true") {
            found.micros.push(micros);
            found.bytes += answer.len() - body;
        } else {
            found.wrong += 1;
            found.first_wrong.get_or_insert_with(|| {
                String::from_utf8_lossy(&answer[..answer.len().min(1_000)])
                    .replace(|c: char| !(' '..='~').contains(&c), " ")
            });
        }
        if !stays {
            stream = connect(plan)?;
        }
    }
    Ok(found)
}

fn connect(plan: &Plan) -> Result<TcpStream> {
    let stream = TcpStream::connect(&plan.address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    Ok(stream)
}

/// Reads one answer whole. Gives where its body starts, and whether the connection can be used again.
fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<(usize, bool)> {
    answer.clear();
    let body = loop {
        if let Some(at) = find(answer, b"\r\n\r\n") {
            break at + 4;
        }
        more(stream, answer)?;
    };
    let head = String::from_utf8_lossy(&answer[..body]).to_ascii_lowercase();
    let header =
        |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':')).map(str::trim);
    let stays = header("connection") != Some("close");
    if let Some(length) = header("content-length") {
        let end = body + length.parse::<usize>()?;
        while answer.len() < end {
            more(stream, answer)?;
        }
    } else if header("transfer-encoding") == Some("chunked") {
        // The last chunk is empty, and no server here sends trailers.
        while !answer[body - 2..].ends_with(b"\r\n0\r\n\r\n") {
            more(stream, answer)?;
        }
    } else if !head.starts_with("http/1.1 204") {
        return Err("an answer without a length".into());
    }
    Ok((body, stays))
}

fn more(stream: &mut TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    let mut buffer = [0; 1 << 16];
    match stream.read(&mut buffer)? {
        0 => Err("the server closed the connection within an answer".into()),
        count => {
            answer.extend_from_slice(&buffer[..count]);
            Ok(())
        }
    }
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    find(text, part).is_some()
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}

/// What this process has used so far, threads that ended included: fields 14 and 15 of `/proc/self/stat`, in hundredths.
fn processor_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<f64> = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .filter_map(|field| field.parse().ok())
        .collect();
    // The state is a letter and no number, so that the process id of the parent comes first.
    fields.get(10).zip(fields.get(11)).map_or(0.0, |(user, system)| (user + system) / 100.0)
}
