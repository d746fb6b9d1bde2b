// Writes noble.json, see README.md: what @noble/curves computes for fixed inputs.
import { createHash } from 'node:crypto';
import { bls12_381 as bls } from '@noble/curves/bls12-381.js';

const hex = (bytes) => Buffer.from(bytes).toString('hex');
const digest = (text) => createHash('sha256').update(text).digest();
const order = bls.fields.Fr.ORDER;
const scalar = (text) => (BigInt('0x' + hex(digest(text)) + hex(digest(text + "'"))) % (order - 1n)) + 1n;
const scalarHex = (number) => number.toString(16).padStart(64, '0');
const fp = (number) => number.toString(16).padStart(96, '0');
const fp12 = (value) => [value.c0, value.c1].flatMap((six) => [six.c0, six.c1, six.c2]).flatMap((two) => [fp(two.c0), fp(two.c1)]);
const G1 = bls.G1.Point;
const G2 = bls.G2.Point;
const short = bls.shortSignatures;

const multiples = [1n, 2n, 3n, 0xd201000000010000n, order - 1n, ...[...Array(8).keys()].map((i) => scalar('multiple' + i))].map((k) => ({
  scalar: scalarHex(k),
  g1: hex(G1.BASE.multiplyUnsafe(k).toBytes(true)),
  g1Uncompressed: hex(G1.BASE.multiplyUnsafe(k).toBytes(false)),
  g2: hex(G2.BASE.multiplyUnsafe(k).toBytes(true)),
  g2Uncompressed: hex(G2.BASE.multiplyUnsafe(k).toBytes(false)),
}));

const signatures = [...Array(8).keys()].map((i) => {
  const secret = scalar('secret' + i);
  const message = Buffer.concat([Buffer.from('message ' + i), Buffer.alloc(i * 70, i)]);
  const bytes = Buffer.from(scalarHex(secret), 'hex');
  const point = short.hash(message, 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_');
  const signature = short.sign(point, bytes);
  return {
    secret: scalarHex(secret),
    message: hex(message),
    publicKey: hex(short.getPublicKey(bytes).toBytes(true)),
    hash: hex(point.toBytes(true)),
    signature: hex(signature.toBytes(true)),
    uncompressed: hex(signature.toBytes(false)),
  };
});

// Possession proven, signatures added up.
const signers = [...Array(3).keys()].map((i) => Buffer.from(scalarHex(scalar('signer' + i)), 'hex'));
const statement = Buffer.from('statement');
const share = (secret) => short.sign(short.hash(statement, 'BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_'), secret);
const multiSignature = {
  message: hex(statement),
  signers: signers.map((secret) => ({
    secret: hex(secret),
    proof: hex(short.sign(short.hash(short.getPublicKey(secret).toBytes(true), 'BLS_POP_BLS12381G1_XMD:SHA-256_SSWU_RO_POP_'), secret).toBytes(true)),
  })),
  aggregate: hex(short.aggregateSignatures(signers.map(share)).toBytes(true)),
  aggregateKey: hex(short.aggregatePublicKeys(signers.map((secret) => short.getPublicKey(secret))).toBytes(true)),
};

const pairings = [[1n, 1n], [2n, 1n], [1n, 3n], [scalar('a'), scalar('b')], [scalar('c'), order - 2n]].map(([a, b]) => ({
  a: scalarHex(a),
  b: scalarHex(b),
  value: fp12(bls.pairing(G1.BASE.multiplyUnsafe(a), G2.BASE.multiplyUnsafe(b))),
}));

// Points of the curves of small x. They are not of order r: a random point of G1's curve is with a chance of 2^-125, one of G2's with less.
const { Fp, Fp2 } = bls.fields;
const strangers = { g1: [], g2: [] };
const encode = (length, x) => {
  const bytes = Buffer.alloc(length);
  bytes[length - 1] = x;
  bytes[0] = 0x80;
  return hex(bytes);
};
const isSquare = (field, number) => {
  try {
    field.sqrt(number);
    return true;
  } catch {
    return false;
  }
};
for (let x = 1; x < 30; x++) {
  const x1 = Fp.create(BigInt(x));
  if (isSquare(Fp, Fp.add(Fp.pow(x1, 3n), 4n))) strangers.g1.push(encode(48, x));
  const x2 = Fp2.create({ c0: BigInt(x), c1: 0n });
  if (isSquare(Fp2, Fp2.add(Fp2.pow(x2, 3n), Fp2.create({ c0: 4n, c1: 4n })))) strangers.g2.push(encode(96, x));
}

console.log(JSON.stringify({ multiples, signatures, multiSignature, pairings, strangers }, null, 1));
