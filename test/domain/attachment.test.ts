import { describe, expect, it } from 'vitest';
import { inBrief, isDisguised, isKept, kindOf, nameWithin } from '../../src/domain/attachment.ts';
import { anAttachment } from '../support/tickets.ts';

describe('a kind', () => {
  it.each([
    ['image/png', 'image'],
    ['image/gif', 'image'],
    ['image/heic', 'file'],
    ['image/svg+xml', 'file'],
    ['audio/amr', 'voice'],
    ['video/mp4', 'video'],
    ['application/pdf', 'file'],
    ['text/plain; charset=utf-8', 'file'],
  ])('of %s is %s', (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });
});

describe('a name that lies', () => {
  it.each([
    ['a.png', 'application/pdf', true],
    ['a.PNG', 'application/octet-stream', true],
    ['a.pdf', 'application/octet-stream', true],
    ['a.pdf', 'image/png', true],
    ['a.mp4', 'text/plain; charset=utf-8', true],
    ['a.txt', 'application/zip', true],
    ['a.jpg', 'image/webp', false],
    ['a.docx', 'application/zip', false],
    ['a.mp3', 'application/octet-stream', false],
    ['a.m4a', 'video/mp4', false],
    ['a.txt', 'application/octet-stream', false],
    ['a.exe', 'application/octet-stream', false],
    ['png', 'application/pdf', false],
  ])('%s that is %s: %s', (name, type, lies) => {
    expect(isDisguised({ name, type })).toBe(lies);
  });
});

describe('what a ticket keeps', () => {
  it('cuts a name in the middle, so that its extension stays', () => {
    expect(nameWithin('发票.pdf', 24)).toBe('发票.pdf');
    expect(nameWithin(`${'长'.repeat(30)}.pdf`, 10)).toBe('长长长长长….pdf');
    expect(nameWithin('😀'.repeat(30), 5)).toBe('😀😀😀😀…');
  });

  it('cuts what is said in a recording, and nothing else', () => {
    const said = anAttachment('v', { transcript: '说'.repeat(500) });
    expect(inBrief(said)).toEqual({ ...said, transcript: `${'说'.repeat(199)}…` });
    expect(inBrief(anAttachment('a'))).toEqual(anAttachment('a'));
  });

  it('can open what is whole or broken, not what never came', () => {
    expect(isKept(anAttachment('a'))).toBe(true);
    expect(isKept(anAttachment('a', { problem: 'unreadable' }))).toBe(true);
    expect(isKept(anAttachment('a', { problem: 'unreadable', size: 0 }))).toBe(false);
    expect(isKept(anAttachment('a', { problem: 'too_large' }))).toBe(false);
    expect(isKept(anAttachment('a', { problem: 'expired' }))).toBe(false);
  });
});
