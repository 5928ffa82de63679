/**
 * A key and a certificate for loopback, signed by a CA that is made for them alone. The CA's key is
 * thrown away once it has signed, so whoever trusts the CA trusts this one certificate and nothing
 * that a thief of the folder could make.
 */
import { createPrivateKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { codeOf, messageOf } from './node-error.ts';

interface KeyPairFiles {
  readonly keyFile: string;
  readonly certFile: string;
}

interface Served {
  /** PEM, both. */
  readonly key: string;
  readonly cert: string;
  /** What clients are to trust; `undefined` for a key pair from elsewhere. */
  readonly caFile?: string;
}

class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

const CERTIFICATE_FOLDER_DEFAULT = join(homedir(), '.mfa-tenant-emulator');

const DAY_MS = 86_400_000;
/** The longest that every client puts up with (CA/Browser Forum, Baseline Requirements 6.3.2). */
const LIFE_MS = 397 * DAY_MS;
/** One that would end so soon is made again. */
const LEFT_MS_MIN = 7 * DAY_MS;
const OWNER_ONLY = 0o600;
const FILES = { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' } as const;
const NAMES = [
  { type: 'dns', value: 'localhost' },
  { type: 'ip', value: '127.0.0.1' },
  { type: 'ip', value: '::1' },
] as const;

/** `false`: no TLS. `true`: the certificate of the default folder. */
export type TlsOptions = boolean | { readonly folder: string } | KeyPairFiles;

export async function certificateOf(tls: TlsOptions): Promise<Served | undefined> {
  if (tls === false) return undefined;
  if (tls === true) return localCertificate();
  return 'folder' in tls ? localCertificate(tls.folder) : givenCertificate(tls);
}

/** A key pair that somebody else made. */
function givenCertificate({ keyFile, certFile }: KeyPairFiles): Served {
  return { key: read(keyFile), cert: read(certFile) };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const why = codeOf(error) ?? messageOf(error);
    throw new CertificateError(
      `${path} can't be read (${why}). Name a PEM file, or give --tls alone.`,
    );
  }
}

/** The one of this folder, made where there is none or its end is near. */
async function localCertificate(folder = CERTIFICATE_FOLDER_DEFAULT): Promise<Served> {
  const found = kept(folder);
  if (found !== undefined) return found;
  const made = await make();
  try {
    mkdirSync(dirname(folder), { recursive: true });
    // Whole or not at all: another emulator may be starting at this moment.
    const draft = `${folder}.${randomBytes(6).toString('hex')}`;
    mkdirSync(draft, { mode: 0o700 });
    for (const name of ['ca', 'cert', 'key'] as const) {
      writeFileSync(join(draft, FILES[name]), made[name], { mode: OWNER_ONLY });
    }
    takePlace(draft, folder);
  } catch (error) {
    const why = messageOf(error);
    throw new CertificateError(
      `No certificate can be kept in ${folder}: ${why}\nGive --tls-folder a path that is yours.`,
    );
  }
  const inPlace = kept(folder);
  if (inPlace === undefined) throw new CertificateError(`${folder} holds no usable certificate.`);
  return inPlace;
}

function takePlace(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch {
    // There is one, too old, broken, or another emulator's from a moment ago, which is as good.
    if (kept(folder) === undefined) {
      for (const file of Object.values(FILES)) renameSync(join(draft, file), join(folder, file));
    }
    rmSync(draft, { recursive: true, force: true });
  }
}

function kept(folder: string): Served | undefined {
  try {
    const [ca, cert, key] = [FILES.ca, FILES.cert, FILES.key].map((file) =>
      readFileSync(join(folder, file), 'utf8'),
    );
    if (ca === undefined || cert === undefined || key === undefined) return undefined;
    const parsed = new X509Certificate(cert);
    const left = Date.parse(parsed.validTo) - Date.now();
    if (left < LEFT_MS_MIN || !parsed.checkPrivateKey(createPrivateKey(key))) return undefined;
    if (!parsed.verify(new X509Certificate(ca).publicKey)) return undefined;
    return { key, cert, caFile: join(folder, FILES.ca) };
  } catch {
    return undefined;
  }
}

/** On the machine's clock and randomness, not the tenant's: TLS clients know no other. */
async function make(): Promise<Record<keyof typeof FILES, string>> {
  // Loaded where a certificate is made, once in a year: it takes longer than everything else.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const newKeys = () => webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const [caKeys, keys] = [await newKeys(), await newKeys()];
  const number = () => randomBytes(16).toString('hex');
  const notBefore = new Date(Date.now() - DAY_MS);
  const notAfter = new Date(notBefore.getTime() + LIFE_MS);
  const name = `CN=MFA tenant emulator (made ${new Date().toISOString().slice(0, 10)}), OU=Tests only`;
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    ...{ serialNumber: number(), name, notBefore, notAfter, keys: caKeys },
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    ...{ serialNumber: number(), subject: 'CN=localhost', issuer: ca.subject },
    ...{ notBefore, notAfter, publicKey: keys.publicKey, signingKey: caKeys.privateKey },
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([...NAMES]),
      await x509.AuthorityKeyIdentifierExtension.create(caKeys.publicKey),
    ],
  });
  const pkcs8 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  return {
    ca: `${ca.toString('pem')}\n`,
    cert: `${leaf.toString('pem')}\n`,
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') + '\n',
  };
}
