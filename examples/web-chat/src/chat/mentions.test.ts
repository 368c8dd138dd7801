import { expect, it } from 'vitest'
import { arabic } from '../strings/ar'
import { german } from '../strings/de'
import { english } from '../strings/en'
import { japanese } from '../strings/ja'
import { everyoneWords, mentionAt, mentionsIn, peopleFor, withMention } from './mentions'

const people = ['Ann', 'Ann Smith', 'Jürgen', 'Bob de Vries'].map(name => ({ id: name, name }))
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name)

it('a mention is being typed from the sign to the cursor', () => {
  expect(mentionAt('Hello @an', 9)).toEqual({ at: 6, word: 'an' })
  expect(mentionAt('@', 1)).toEqual({ at: 0, word: '' })
  expect(mentionAt('(@bob de', 8)).toEqual({ at: 1, word: 'bob de' })
  expect(mentionAt('@ann and', 4)).toEqual({ at: 0, word: 'ann' })
})

it('an address, a lone sign and a line that has ended are none', () => {
  expect(mentionAt('ann@example', 11)).toBeUndefined()
  expect(mentionAt('at @ noon', 9)).toBeUndefined()
  expect(mentionAt('@ann\nthen', 9)).toBeUndefined()
  expect(mentionAt('no sign', 7)).toBeUndefined()
})

it('people are found by the beginning of any of their names, whatever the accents', () => {
  expect(names(peopleFor('an', people))).toEqual(['Ann', 'Ann Smith'])
  expect(names(peopleFor('vri', people))).toEqual(['Bob de Vries'])
  expect(names(peopleFor('jurg', people))).toEqual(['Jürgen'])
  expect(names(peopleFor('rgen', people))).toEqual([])
  expect(peopleFor('', people)).toHaveLength(4)
})

it('the name takes the place of what was typed, and one goes on behind it', () => {
  expect(withMention('Hi @an', { at: 3, word: 'an' }, 'Ann')).toEqual({
    text: 'Hi @Ann ',
    cursor: 8,
  })
  expect(withMention('@b, yes', { at: 0, word: 'b' }, 'Bob')).toEqual({
    text: '@Bob , yes',
    cursor: 5,
  })
  expect(withMention('@b yes', { at: 0, word: 'b' }, 'Bob')).toEqual({
    text: '@Bob yes',
    cursor: 4,
  })
})

it('the longest name that stands there is meant', () => {
  const found = mentionsIn('@Ann Smith, @Ann: ask @Anna or a@Ann', people)
  expect(found.map(({ from, to, who }) => [from, to, who.name])).toEqual([
    [0, 10, 'Ann Smith'],
    [12, 16, 'Ann'],
  ])
})

it('all of them are known in every language', () => {
  const languages = [english('en'), german('de'), arabic('ar'), japanese('ja')]
  expect(languages.map(({ mention }) => mention.everyone)).toEqual(everyoneWords)
})
