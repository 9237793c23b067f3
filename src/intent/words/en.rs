//! English.

use super::Meaning::{self, *};

pub(super) const WORDS: &[(Meaning, &str)] = &[
    (
        Pay,
        "pay | send | transfer | give | wire | remit | forward | venmo | zap | make a payment | make a transfer | send over | shoot | pay out | paying | send a payment",
    ),
    (Sending, "sending you | here's | here is | here are | to you it is | paying you"),
    (Ask, "ask | request | charge | bill | collect | request money | ask for | get | claim back"),
    (Owes, "owes me | owe me | owed me | you owe me | owing me | still owes me | you still owe me"),
    (Split, "split | divide | share"),
    (Each, "each | apiece | to each | both get | per person | per head | every one of them"),
    (
        Yes,
        "yes | yep | yeah | yup | y | ok | okay | confirm | confirmed | i confirm | go ahead | do it | approved | approve | correct | sure | agreed | yes please | that's right | that is right | please proceed | proceed | sounds good | looks good | all good | aye | absolutely | definitely | go for it | please do",
    ),
    (
        No,
        "no | nope | nah | no thanks | no way | wrong | not me | that's wrong | that is wrong | mistake",
    ),
    (
        Cancel,
        "cancel | stop | abort | call off | call it off | call that off | revoke | withdraw the request | cancel it | cancel that | void | scrap that | scrap it | forget it | forget about it | never mind | nevermind | don't send | do not send | don't pay | do not pay | dont send | dont pay | don't transfer | do not transfer | don't give | don't do it | do not do it | please don't | no don't | undo",
    ),
    (
        Change,
        "make it | make that | change | change it | change it to | change that | instead | rather | should be | should read | i meant | meant | correction | it's | its | it is | actually | only | but | not | correct amount | right amount | right address | to be | update",
    ),
    (
        Balance,
        "balance | my balance | how much have i got | how much do i have | how much money | how much is left | how much have i left | what have i got | what's in my account | account balance | funds left | what do i have left | got left",
    ),
    (
        Statement,
        "statement | statements | transactions | transaction list | account history | my history | list of payments | activity",
    ),
    (
        Help,
        "help | how does this work | how does it work | how do i | instructions | what can you do | what can i do | commands | getting started | how to use",
    ),
    (
        SignUp,
        "sign up | sign me up | signup | register | register me | join | open an account | open account | create an account | new account | i want an account | start an account | subscribe me | enroll | enrol | get started",
    ),
    (
        Unfreeze,
        "unfreeze | unfreeze my account | unlock my account | unblock my account | reactivate my account | lift the freeze",
    ),
    (
        Freeze,
        "freeze | freeze my account | lock my account | block my account | suspend my account | account frozen | i was hacked | i've been hacked | my account was hacked | my phone was stolen | lock everything | stop everything",
    ),
    (
        Inbox,
        "inbox | my inbox | my messages | waiting messages | show my messages | list my messages",
    ),
    (
        Catalogue,
        "catalogue | catalog | price list | what do you sell | what can i buy | product list | list of products | shop list",
    ),
    (
        Export,
        "export | export my data | send me my data | download my data | copy of my data | all my data",
    ),
    (
        Erase,
        "erase | erase me | erase my account | erase my data | delete my account | delete my data | close my account | remove my account | forget me",
    ),
    (Coupons, "coupons | my coupons | vouchers | my vouchers | wallet | my wallet | which coupons"),
    (
        Status,
        "status | what happened to | where is my | where's my | has it arrived | did it arrive | did it go through | has it gone through | went through | is it done | any news | what about | how far is | track",
    ),
    (
        Claim,
        "claim | claim it | i claim | claim my money | accept the money | accept payment | collect it",
    ),
    (
        Remind,
        "remind him | remind her | remind them | send a reminder | nudge | nudge him | nudge her | remind",
    ),
    (
        Return,
        "return | return it | return the money | return the payment | send it back | give it back | send it right back | send back | don't want it | take it back",
    ),
    (
        Refund,
        "refund | refund me | money back | my money back | give me my money back | reimburse | want my money back",
    ),
    (Accept, "accept | accepted | we accept | i accept | we'll take it"),
    (
        Decline,
        "decline | declined | we decline | reject | rejected | can't deliver | cannot deliver | out of stock | refuse",
    ),
    (
        Shipped,
        "shipped | sent out | dispatched | on its way | has been shipped | was shipped | in the post",
    ),
    (TopUp, "top up | topup | top-up | add funds | add money | deposit | load | pay in"),
    (Withdraw, "withdraw | pay out to my bank | cash out | payout | withdrawal"),
    (
        Order,
        "order | i'd like to order | i would like to order | buy | i'd like to buy | i'll take | i will take | i'll have | purchase | get me",
    ),
    (
        Reorder,
        "same again | the same again | same as last time | the usual | reorder | repeat my order | my usual",
    ),
    (
        Unsubscribe,
        "unsubscribe | stop sending me | no more offers | no more mails | no more emails | remove me from | opt out | stop these | stop the offers | don't send me offers | take me off",
    ),
    (Fees, "fee | fees | cost | costs | charges"),
    (
        Not,
        "not | don't | dont | do not | never | no longer | won't | will not | cannot | can't | shouldn't | should not | mustn't | must not | didn't | did not | doesn't | does not | isn't | is not | wouldn't | would not | without | nobody | neither | nor | refrain | avoid | rather than",
    ),
    (
        If,
        "if | once | unless | in case | as soon as | when | whenever | until | provided | providing | assuming | after | before | should he | should she | should they | depending | otherwise | subject to | only when | only after | wait for | upon | as long as",
    ),
    (
        Schedule,
        "tomorrow | tonight | later | next week | next month | next year | on monday | on tuesday | on wednesday | on thursday | on friday | on saturday | on sunday | next monday | next tuesday | next wednesday | next thursday | next friday | next saturday | next sunday | per week | per month | per year | per day | a week | a month | a year | a day | each time | every time | every day | every week | every month | every year | every friday | every monday | each month | each week | each day | each year | daily | weekly | monthly | yearly | annually | on the first | on the 1st | on the 15th | in an hour | in two days | in a week | in a month | in a few days | this evening | this weekend | at noon | at midnight | by friday | by monday | by tomorrow | remind me | remind me to | end of the month | end of month | standing order | recurring | schedule | scheduled | on the | in three days | on january | on february | on march | on april | on june | on july | on august | on september | on october | on november | on december | the day after | any day now | starting",
    ),
    (
        Past,
        "paid | i paid | i've paid | have paid | already paid | already sent | already | has paid | was paid | have sent | i've sent | has sent | i sent | sent | transferred | gave | i gave | have transferred | had sent | had paid | yesterday | last week | last month | was charged | got paid | received | i've received | wired | have given | was supposed to | used to | just sent | just paid",
    ),
    (
        Future,
        "will pay | will send | i'll pay | i'll send | i will pay | i will send | going to pay | going to send | gonna pay | gonna send | plan to pay | plan to send | planning to | intend to | about to pay | about to send | i'll transfer | i will transfer | we'll pay | we will pay | will transfer | i'll give | he'll pay | she'll pay | they'll pay | i shall pay | i'm going to | soon",
    ),
    (
        Hold,
        "wait | hold on | hold off | not yet | just kidding | kidding | joking | ignore this | ignore that | ignore my | disregard | scratch that | on second thought | changed my mind | test only | just a test | only a test | this is a test | just testing | for example | e.g. | example | hypothetically | imagine | suppose | pretend | lol jk | jk | draft | do nothing | sample | quote | lorem",
    ),
    (
        Maybe,
        "maybe | perhaps | might | thinking of | thinking about | considering | not sure | unsure | wondering | should i | should we | shall i | shall we | what if | would it | could we | i would | i could | possibly | probably | i was going to | wanted to know | we should | you should | i should | i guess | i may | let's say | would have | could have | should have | i'd rather",
    ),
    (
        Reported,
        "said | says | told | tells | wrote | asked | asks | wants | he said | she said | they said | he says | she says | they say | he wants | she wants | they want | wants me to | asked me to | told me to | tells me to | asks me to | someone asked | somebody asked | he wrote | she wrote | they wrote | i was told | i was asked | the mail said | the email said | it says | it said | asking me to | telling me to | instructed me | says to | said to | ordered me to | begged me | claims | wants you to | supposed to | wanted me to | pretending",
    ),
    (
        Wh,
        "what | what's | whats | how | how's | why | when do | when will | when does | when did | when is | where | where's | who | who's | whom | whose | which | does | did | has | have you | have i | is it | is there | is that | is this | are you | are there | was it | is my | is the | was the | do you | do i | should | am i",
    ),
    (
        Polite,
        "can you | could you | would you | will you | can you please | could you please | would you please | will you please | would you mind | can i | could i | may i | i'd like to | i would like to | i want to | i want you to | i'd like you to | i need to | i need you to | i wish to | let me | please help me | i'd love to | would like you to | we'd like to | we want to | i would like you to | help me",
    ),
    (
        About,
        "about | around | approximately | approx | roughly | circa | ca | or so | up to | at least | at most | more or less | almost | nearly | something like | somewhere between | between | minimum | maximum | max | no more than | not more than | less than | more than | ish | a few | a couple of | several | some | or more | or less | ballpark",
    ),
    (
        Vague,
        "everything | all my money | all of it | all i have | everything i have | all i've got | half | half of | a third | a quarter | the rest | the remainder | whatever | the usual amount | the same amount | same amount | as much as | the lot | the full amount | my whole balance | my entire balance | my balance to | what i owe | what he wants | the remaining | entire balance | all of my money | all the money",
    ),
    (To, "to | into | at | the account of | account of | over to"),
    (For, "for | towards | as | regarding | because of | re | in respect of | being"),
    (NoteLabel, "note | memo | reference | ref | message | subject | purpose | description"),
    (And, "and | plus | then | and then | also | and also | as well as"),
    (Me, "me | myself | my"),
    (You, "you | yourself | u"),
    (
        Soft,
        "after all | i owe him | i owe her | i owe you | i owe them | i owe | that i owe | owed | please | pls | plz | kindly | hi | hello | hey | dear | good morning | good afternoon | good evening | morning | till | thanks | thank you | thx | ty | cheers | ta | many thanks | thanks a lot | thanks so much | thank you very much | now | right now | today | immediately | straight away | asap | at once | urgently | just | the | a | an | sum of | the sum of | amount of | the amount of | an amount of | amount | payment | payment of | a payment of | transfer of | a transfer of | money | cash | my friend | friend | him | her | them | it | this | that | so | well | there | in | of | from my account | from my balance | out of my account | using my account | via | by email | x | xx | xxx | if possible | if you can | if you could | if you please | if you don't mind | if you would | if that's ok | if that's okay | when you can | when you get a chance | when you have a moment | whenever you can | when it's done | when done | once done | let me know when it's done | let me know if | let me know when | let me know once | team | folks | everyone there | sir | madam | account | from me | on my behalf | on behalf of me | straight | directly | over | exactly | precisely | total | a total of | in total | quickly | quick | as agreed | as discussed | as promised | sure thing | ok so | right | great | perfect | fine | good | lovely | awesome | cool | nice | god | again | here | some money | a quick | hope you're well | hope you are well | i hope you're well | i hope this finds you well",
    ),
];
